"""What the tests of every product have alike whose backups lie in another region, too."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rig import Rig, first_backup

from seatrial.capabilities.backup import place
from seatrial.contract.scenario import Expectation
from seatrial.engines.versitygw import workload

REGION = "us"


def in_region(text: str) -> str:
    """The same system, which runs in two regions."""
    found = text.replace(
        "promises: [R18, R20]", "regions: {eu: {home: true}, us: {}}\npromises: [R01, R18, R20]"
    )
    assert found != text
    return found


def vault(rig: Rig) -> str:
    """The server in that region."""
    return place.vault(rig.store, REGION)


def expectations(rig: Rig) -> dict[str, Expectation]:
    """Of a restore from there, by their kind."""
    found = rig.planned.expectations(rig.planned.scenarios())
    name = place.scenario_of(rig.store, REGION)
    return {each.name.partition("/")[0]: each for each in found if each.scenario == name}


def seen_red(
    rig: Rig, one: Expectation, drilled: Callable[[Rig], dict[str, Any]]
) -> dict[str, Any]:
    """A drill with the defect of its control, which is undone."""
    planted = [rig.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        return drilled(rig)
    finally:
        for each in planted:
            rig.runtime.undo(each.id)


def objects(rig: Rig) -> list[Path]:
    """The files in which backups lie there."""
    folder = (
        rig.runtime.home.replica(vault(rig), 0) / workload.OBJECTS / workload.BUCKET / rig.store
    )
    return [each for each in folder.rglob("*") if each.is_file()]


def figures(rig: Rig) -> dict[str, str]:
    """What Prometheus reads, by the series."""
    told = rig.runtime.request("GET", rig.daemon_name, place.HTTP, "/metrics").body.decode()
    lines = (each.rpartition(" ") for each in told.splitlines() if not each.startswith("#"))
    return {series: value for series, _, value in lines}


@contextmanager
def home_gone(far: Rig, *data: Path) -> Iterator[None]:
    """Store and daemon at home are stopped, their data and backups overwritten; then undone."""
    home, stopped = replace(far, region=""), (far.store, place.named(far.store))
    kept = (*data, home.folder / place.REPOSITORY)
    for name in stopped:
        far.runtime.stop(name)
    for each in kept:
        each.rename(each.with_name(f"{each.name}-gone"))
        each.mkdir()
        (each / "overwritten").write_text("nothing is left")
    try:
        yield
    finally:
        for each in kept:
            shutil.rmtree(each)
            each.with_name(f"{each.name}-gone").rename(each)
        for name in reversed(stopped):
            far.runtime.start(name)
    assert first_backup(home).backed.told()["backups"]


def server_gone(far: Rig, take: Callable[[Rig], dict[str, Any]]) -> str:
    """What is told of a backup there meanwhile; home takes its own, and figures go and return."""
    home = replace(far, region="")
    failed = 'backup_failures_total{type="full"}'
    before = float(figures(far)[failed])
    far.runtime.stop(vault(far))
    try:
        far.backed.begin()
        error = str(far.followed("backup")["error"])
        assert take(home)["label"] == home.backed.told()["backups"][-1]["label"]
        _until(lambda: "backups_held" not in figures(far), 90)
        assert float(figures(far)[failed]) == before + 1
        assert float(figures(home)["backups_held"]) > 0
    finally:
        far.runtime.start(vault(far))
    take(far)
    _until(lambda: "backups_held" in figures(far), 60)
    return error


def _until(what: Callable[[], bool], within: float) -> None:
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end
        time.sleep(1)
