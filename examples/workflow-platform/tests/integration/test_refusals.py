"""What the api refuses: one shape of answer, never a 500."""

import json

import pytest
from support.processes import wait_state

from conftest import Platform

GOOD = {"kind": "hash", "text": "abc"}


def _body(**step: object) -> str:
    return json.dumps({"name": "test", "steps": [step]})


REFUSED = {
    "no JSON": "{",
    "no object": "[]",
    "no name": json.dumps({"steps": [GOOD]}),
    "an empty name": json.dumps({"name": ""}),
    "a name of two lines": json.dumps({"name": "a\nb"}),
    "an unknown field": json.dumps({"name": "test", "color": "red"}),
    "no steps": json.dumps({"name": "test", "steps": []}),
    "too many steps": json.dumps({"name": "test", "steps": [GOOD] * 21}),
    "an unknown kind": _body(kind="shell", command="true"),
    "too long a sleep": _body(kind="sleep", seconds=11),
    "no number": '{"name": "test", "steps": [{"kind": "sleep", "seconds": NaN}]}',
    "too many retries": _body(kind="hash", text="abc", retries=6),
    # PostgreSQL has no NUL in its texts, and UTF-8 no half of a surrogate pair.
    "a NUL in a text": _body(kind="hash", text="a\x00b"),
    "a NUL in a template": _body(kind="template", template="a\x00b"),
    "a NUL in a value": _body(kind="template", template="$a", values={"a": "\x00"}),
    "a NUL in a value's name": _body(kind="template", template="$a", values={"\x00": "a"}),
    "half a character": _body(kind="hash", text="\ud800"),
    "half a character in a name": '{"name": "\\ud800"}',
}


def test_what_cannot_be_a_workflow_is_refused_with_a_sentence(platform: Platform) -> None:
    api = platform.api()
    for what, body in REFUSED.items():
        answer = api.post(
            "/api/workflows",
            content=body,
            headers={"Content-Type": "application/json", "X-Request-ID": "refused-1"},
        )
        assert answer.status_code == 422, f"{what}: {answer.status_code} {answer.text}"
        refusal = answer.json()
        assert refusal.keys() == {"error", "request_id"}, what
        assert refusal["error"], what
        assert refusal["request_id"] == "refused-1", what
    assert platform.rows("SELECT count(*) AS n FROM workflows") == [{"n": 0}]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/api/runs/00000000-0000-0000-0000-000000000000", 404),
        ("/api/workflows/00000000-0000-0000-0000-000000000000", 404),
        ("/api/runs/no-uuid", 422),
        ("/api/runs?limit=1000", 422),
        ("/api/runs?state=lost", 422),
    ],
)
def test_what_is_not_there_is_refused_in_the_same_shape(
    platform: Platform, path: str, status: int
) -> None:
    answer = platform.api().get(path)
    assert answer.status_code == status
    assert answer.json().keys() == {"error", "request_id"}
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_a_template_that_would_fill_the_memory_fails_its_run(platform: Platform) -> None:
    """Each step repeats the one before it a thousand times: gigabytes after three."""
    api, worker = platform.api(), platform.worker()
    steps = [{"kind": "template", "template": "x" * 1000, "retries": 0}]
    steps += [
        {"kind": "template", "template": f"$step_{at}" * 1000, "retries": 0} for at in range(3)
    ]
    workflow = api.post("/api/workflows", json={"name": "bomb", "steps": steps}).json()["id"]
    record = wait_state(api, workflow)
    assert record["state"] == "failed"
    assert record["error"].startswith("step 1 (template): ")
    assert worker.ready()


def test_the_page_shows_names_as_text(platform: Platform) -> None:
    api = platform.api()
    api.post("/api/workflows", json={"name": "<script>alert(1)</script>"})
    answer = api.get("/")
    assert answer.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>" not in answer.text
