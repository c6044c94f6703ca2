"""Where a repository lies on a disk that fills up, that is told before the next backup fails."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rig import STORE, Rig, first_backup, rigged

from seatrial.capabilities.backup.place import REPOSITORY
from seatrial.contract.action import FillDisk
from seatrial.contract.output import Workload

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup")]
_SIZE = 96 << 20


def _limited(each: Workload) -> Workload:
    """With a small disk for the repository."""
    volumes = (
        replace(one, size=_SIZE, durable=False) if one.name == REPOSITORY else one
        for one in each.volumes
    )
    return replace(each, volumes=tuple(volumes))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A store whose repository has a disk of its own, with its first backup."""
    with rigged(tmp_path_factory.mktemp("room"), shaped=_limited) as found:
        found.sql("CREATE TABLE accounts (balance integer)")
        yield first_backup(found)


def _figure(rig: Rig, name: str) -> float:
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/metrics").body.decode()
    found = re.search(rf"^backup_{name} (\S+)$", told, re.MULTILINE)
    assert found is not None, name
    return float(found[1])


def _fits(rig: Rig) -> bool:
    """What the alert asks."""
    return _figure(rig, "repository_free_bytes") >= 1.5 * _figure(rig, "last_full_stored_bytes")


def _until(rig: Rig, *, fits: bool) -> None:
    until = time.monotonic() + 90
    while _fits(rig) is not fits:
        assert time.monotonic() < until
        time.sleep(0.5)


def test_a_disk_on_which_the_next_full_backup_does_not_fit_is_told(small: Rig) -> None:
    rule = next(
        each
        for workload in small.planned.workloads
        if workload.name == "prometheus"
        for each in workload.files
        if each.path == "rules/backup.yml"
    )
    assert "1.5 * max by (region) (backup_last_full_stored_bytes{" in " ".join(rule.text.split())
    assert _figure(small, "repository_size_bytes") == pytest.approx(_SIZE, rel=0.1)
    assert _figure(small, "last_full_stored_bytes") > 1e6
    _until(small, fits=True)
    filled = small.runtime.inject(FillDisk(workload=STORE, volume=REPOSITORY, leave=1 << 20))
    try:
        _until(small, fits=False)
        small.backed.begin("full")
        assert "unable to write" in small.followed("backup")["error"]
    finally:
        small.runtime.undo(filled.id)
    _until(small, fits=True)
    small.backed.begin("full")
    assert not small.followed("backup")["error"]
