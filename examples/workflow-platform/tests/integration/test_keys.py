"""Who may do what: API keys, made, used, revoked."""

from uuid import uuid4

import httpx
import pytest
from support.processes import Process

from conftest import Platform

ADMIN = {"X-API-Key": "first-key-of-all"}


@pytest.fixture
def api(platform: Platform) -> Process:
    return platform.api(BOOTSTRAP_API_KEY=ADMIN["X-API-Key"])


def key_for_new_user(api: Process, name: str) -> tuple[dict[str, str], str]:
    """Headers for a new user, and the id of the key in them."""
    user = api.post("/api/users", json={"name": name}, headers=ADMIN)
    assert user.status_code == 201
    body = {"label": "laptop", "user": user.json()["id"]}
    made = api.post("/api/keys", json=body, headers=ADMIN)
    assert made.status_code == 201
    return {"X-API-Key": made.json()["key"]}, made.json()["id"]


def revoke(api: Process, key: str, headers: dict[str, str]) -> int:
    return api.request("DELETE", f"/api/keys/{key}", headers=headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "wrong"},
        {"X-API-Key": ADMIN["X-API-Key"] + " or more"},
        {"Authorization": "Bearer " + ADMIN["X-API-Key"]},
        {"Authorization": "Basic nonsense!"},
        {"Authorization": "Basic YTpi"},
    ],
)
def test_nobody_gets_in_without_a_valid_key(api: Process, headers: dict[str, str]) -> None:
    for method, path in [
        ("GET", "/"),
        ("GET", "/api/runs"),
        ("GET", f"/api/runs/{uuid4()}"),
        ("GET", "/api/workflows"),
        ("POST", "/api/workflows"),
        ("POST", f"/api/workflows/{uuid4()}/runs"),
        ("GET", "/api/users"),
        ("POST", "/api/keys"),
        ("DELETE", f"/api/keys/{uuid4()}"),
    ]:
        answer = api.request(method, path, headers=headers)
        assert answer.status_code == 401, f"{method} {path}"
        assert answer.json().keys() == {"error", "request_id"}
    for path in ("/livez", "/readyz", "/metrics"):
        assert api.get(path, headers=headers).status_code == 200


def test_a_key_opens_the_api_and_the_page(api: Process) -> None:
    assert api.get("/api/runs", headers=ADMIN).status_code == 200
    browser = httpx.BasicAuth("anyone", ADMIN["X-API-Key"])
    page = api.get("/", auth=browser)
    assert page.status_code == 200
    assert "Seen by admin." in page.text


def test_users_see_their_own_workflows_and_administrators_all(api: Process) -> None:
    ada, _ = key_for_new_user(api, "ada")
    linus, _ = key_for_new_user(api, "linus")
    workflow = api.post("/api/workflows", json={"name": "hers"}, headers=ada).json()["id"]

    assert [one["name"] for one in api.get("/api/workflows", headers=ada).json()] == ["hers"]
    assert [one["owner"] for one in api.get("/api/runs", headers=ADMIN).json()] == ["ada"]
    assert api.get("/api/workflows", headers=linus).json() == []
    assert api.get("/api/runs", headers=linus).json() == []
    assert api.get(f"/api/workflows/{workflow}", headers=linus).status_code == 404
    assert api.post(f"/api/workflows/{workflow}/runs", headers=linus).status_code == 404


def test_users_do_not_administrate(api: Process) -> None:
    ada, _ = key_for_new_user(api, "ada")
    _, key_of_linus = key_for_new_user(api, "linus")
    assert api.get("/api/users", headers=ada).status_code == 403
    assert api.post("/api/users", json={"name": "eve"}, headers=ada).status_code == 403
    (admin,) = [u for u in api.get("/api/users", headers=ADMIN).json() if u["admin"]]
    body = {"label": "mine", "user": admin["id"]}
    assert api.post("/api/keys", json=body, headers=ada).status_code == 403
    assert revoke(api, key_of_linus, ada) == 404
    assert api.post("/api/users", json={"name": "ada"}, headers=ADMIN).status_code == 409


def test_a_revoked_key_is_worth_nothing(api: Process) -> None:
    ada, key = key_for_new_user(api, "ada")
    assert api.get("/api/keys", headers=ada).json()[0]["revoked"] is None
    assert revoke(api, key, ada) == 204
    assert api.get("/api/keys", headers=ada).status_code == 401
    assert revoke(api, key, ADMIN) == 404


def test_keys_are_stored_as_digests_and_never_logged(platform: Platform, api: Process) -> None:
    ada, _ = key_for_new_user(api, "ada")
    api.get("/api/keys", headers=ada)
    listed = api.get("/api/keys", headers=ada).text
    stored = str(platform.rows("SELECT * FROM api_keys"))
    for key in (ADMIN["X-API-Key"], ada["X-API-Key"]):
        for where in (stored, listed, api.output()):
            assert key not in where


def test_without_a_bootstrap_key_everyone_is_a_guest_who_gets_no_keys(platform: Platform) -> None:
    api = platform.api()
    assert "Seen by guest." in api.get("/").text
    assert api.get("/api/runs", headers={"X-API-Key": "wrong"}).status_code == 401
    assert api.get("/api/users").status_code == 403
    assert api.post("/api/keys", json={"label": "mine"}).status_code == 403
