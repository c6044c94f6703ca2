"""Snapshots of a Redis: what is written around one, and what goes from another region."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.daemons.backups.far import Held
from seatrial.daemons.backups.redis import keeping
from seatrial.daemons.backups.redis.away import Away
from seatrial.daemons.backups.redis.canary import Canary
from seatrial.daemons.backups.redis.keeping import Keeping
from seatrial.daemons.backups.redis.snapshots import Folder, Snapshot, label, parsed


def snapshot(made: float) -> Snapshot:
    return Snapshot(label=label(made), began=made, ended=made, made=made, size=1, keys=1)


def test_rows_are_written_around_a_snapshot_and_not_while_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, until = 1_000_000.0, list[float]()
    file = tmp_path / "part"
    file.write_bytes(b"1")

    async def run(*_: object, **__: object) -> str:
        return ""

    async def check(_: Path) -> tuple[float, int]:
        return now, 1

    async def lay(_: Snapshot) -> None:
        until.append(canary.until)

    monkeypatch.setattr(keeping, "run", run)
    monkeypatch.setattr(keeping, "check", check)
    monkeypatch.setattr(keeping, "_AROUND", 0.01)
    repository = SimpleNamespace(part=file, lay=lay)
    server: Any = SimpleNamespace(
        login=SimpleNamespace(host="h", port=1, database=0), password=lambda: ""
    )
    plan: Any = SimpleNamespace(
        repository=repository, data=tmp_path, histories=SimpleNamespace(of=lambda _: "main")
    )
    canary = Canary(server=server, clock=lambda: now)
    asyncio.run(Keeping(plan=plan, server=server, clock=lambda: now)._taken(canary))
    assert until == [now + 1 + 0.01], "until a moment after the snapshot, whatever sending takes"


def test_what_is_gone_already_needs_no_removal(tmp_path: Path) -> None:
    one, gone, removed = snapshot(1000.0), snapshot(2000.0), list[list[str]]()

    async def held() -> tuple[Held, ...]:
        return (Held(id="ab", note=asdict(one)),)

    async def forgotten(found: list[str], *, prune: bool) -> None:
        assert prune
        removed.append(found)

    far: Any = SimpleNamespace(held=held, restic=SimpleNamespace(forgotten=forgotten))
    asyncio.run(Away(far=far, folder=Folder(tmp_path)).remove([one, gone]))
    assert removed == [["ab"]]


def test_what_another_version_says_besides_is_left() -> None:
    one = snapshot(1000.0)
    assert parsed({**asdict(one), "of another version": 1}) == one
    with pytest.raises(ValueError, match="own words"):
        parsed({"rows": []})
