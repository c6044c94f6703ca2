"""A volume that is emptied: all that it holds is gone, and the folder stays."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from seatrial.contract.action import EmptyVolume
from seatrial.runtimes.local.faults import disk

EMPTY = EmptyVolume(workload="prometheus", volume="data")


def test_an_emptied_volume_keeps_nothing_and_stays_where_it_is(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    for replica in ("0", "1"):
        (tmp_path / replica / "wal").mkdir(parents=True)
        (tmp_path / replica / "wal/00000000").write_bytes(b"\0")
        (tmp_path / replica / "lock").touch()
        (tmp_path / replica / "link").symlink_to(outside)
    fleet: Any = SimpleNamespace(
        replicas=lambda _workload: 2,
        volume=lambda _workload, replica, _name: tmp_path / str(replica),
    )
    assert disk.plan(EMPTY, fleet) == {"kind": "none"}
    disk.empty(EMPTY, fleet)
    assert [list((tmp_path / each).iterdir()) for each in ("0", "1")] == [[], []]
    assert (outside / "kept").exists()
