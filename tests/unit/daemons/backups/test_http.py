"""Whoever reaches the daemon may look; only who shows the token gives orders."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from seatrial.daemons.backups import orders
from seatrial.daemons.backups.http import application
from seatrial.daemons.backups.plan import PlanError
from seatrial.daemons.backups.work import Work
from seatrial.daemons.shared.errors import StartError

TOKEN = "a-token-that-is-long-enough"
ORDERS = (
    ("POST", "/backups"),
    ("POST", "/verifications"),
    ("POST", "/preview"),
    ("POST", "/restores"),
    ("DELETE", "/copies/yesterday"),
    ("POST", "/drills"),
    ("DELETE", "/drills"),
    ("POST", "/searches"),
    ("POST", "/trail"),
    ("DELETE", "/trail"),
)


class Desk:
    """Takes down what it is ordered to do."""

    def __init__(self) -> None:
        self.works: dict[str, Work] = {}
        self.done: list[str] = []
        self.kind = ""

    def told(self) -> dict[str, Any]:
        return {"store": "db"}

    def _did(self, what: str) -> Work:
        self.done.append(what)
        return Work(kind=what, about={})

    def backup(self, kind: str) -> Work:
        self.kind = kind
        return self._did("backup")

    async def same(self, _found: dict[str, Any], wanted: str) -> None:
        assert wanted == ""

    def verify(self) -> Work:
        return self._did("verify")

    def drill(self, of: str) -> Work:
        return self._did(f"drill {of}".strip())

    async def search(self, _since: float, _table: str) -> Work:
        return self._did("search")

    def end_drill(self) -> Work:
        return self._did("end")

    def restore(self, _target: float, _name: str) -> Work:
        return self._did("restore")

    def remove(self, _: str) -> Work:
        return self._did("remove")


class Trail:
    """Notes what is asked of it."""

    began = 5.0

    def __init__(self, done: list[str]) -> None:
        self._done = done

    async def begin(self) -> None:
        self._done.append("write")

    async def end(self) -> None:
        self._done.append("end")

    async def told(self) -> dict[str, Any]:
        return {"rows": [], "looks": []}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def door(desk: Desk, tmp_path: Path) -> Starlette:
    async def preview(_target: float, _copy: object) -> dict[str, Any]:
        desk.done.append("preview")
        return {}

    restoring = SimpleNamespace(
        copy=lambda name: name, preview=preview, plan=SimpleNamespace(kinds=("full", "incremental"))
    )
    file = tmp_path / "orders"
    file.write_text(f"{TOKEN}\n")
    return application(
        cast("Any", desk),
        cast("Any", restoring),
        CollectorRegistry(),
        orders.read(file),
        drills=True,
        trail=Trail(desk.done),
    )


def _asked(door: Starlette, method: str, path: str, shown: str = "") -> httpx.Response:
    async def sent() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(door), base_url="http://backups"
        ) as client:
            headers = {"authorization": shown} if shown else {}
            return await client.request(method, path, headers=headers, **_body(method))

    return asyncio.run(sent())


def _body(method: str) -> dict[str, Any]:
    return {"json": {"target": 5.0, "into": "yesterday", "since": 1.0}} if method == "POST" else {}


@pytest.mark.parametrize(("method", "path"), ORDERS)
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer another", f"Basic {TOKEN}", TOKEN])
def test_an_order_without_the_token_is_refused(
    door: Starlette, desk: Desk, method: str, path: str, shown: str
) -> None:
    answer = _asked(door, method, path, shown)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "seatrial up" in answer.json()["cure"]
    assert not desk.done


@pytest.mark.parametrize(("method", "path"), ORDERS)
def test_an_order_with_it_is_obeyed(door: Starlette, desk: Desk, method: str, path: str) -> None:
    answer = _asked(door, method, path, f"Bearer {TOKEN}")
    assert answer.status_code in {200, 202}, answer.text
    assert desk.done


def test_a_backup_is_of_the_narrowest_kind_where_none_is_named(door: Starlette, desk: Desk) -> None:
    assert _asked(door, "POST", "/backups", f"Bearer {TOKEN}").status_code == 202
    assert desk.kind == "incremental"


@pytest.mark.parametrize("path", ["/backups", "/works/drill", "/metrics", "/livez", "/readyz"])
def test_looking_is_open(door: Starlette, path: str) -> None:
    assert _asked(door, "GET", path).status_code == 200


@pytest.mark.parametrize("text", ["", "\n", "short"])
def test_a_daemon_without_a_token_does_not_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "orders"
    file.write_text(text)
    with pytest.raises(PlanError, match="a token of at least 16 characters"):
        orders.read(file)


def test_nor_where_it_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        orders.read(tmp_path / "orders")


@pytest.mark.parametrize(
    ("began", "rough", "between"),
    [
        (4.0, {}, None),
        (6.0, {}, [1700000000.0, 1700000000.0]),
        (6.0, {"moment_between": [1699999999.0, 1700000001.0]}, [1699999999.0, 1700000001.0]),
    ],
)
def test_a_trail_is_told_with_the_restore_since_it_began(
    door: Starlette, desk: Desk, began: float, rough: dict[str, Any], between: list[float] | None
) -> None:
    desk.works["restore"] = Work(
        kind="restore", about={"target": 1700000000.0}, clock=lambda: began, result=rough
    )
    assert _asked(door, "GET", "/trail").json() == {"between": between, "rows": [], "looks": []}
