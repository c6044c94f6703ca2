"""The daemon that seals, with all that it is given, and little else of its system."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rig import Rig

from seatrial.app.plan import plan
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.output import Workload
from seatrial.contract.runtime import Desired, RuntimeFailure
from seatrial.contract.scenario import Control, Expectation, Scenario
from seatrial.drills.run import run
from seatrial.runtimes.local import LocalRuntime


@contextmanager
def sealing(
    folder: Path, files: dict[str, bytes], wanted: Callable[[Workload], bool] = lambda _: False
) -> Iterator[Rig]:
    """It, and which workloads besides are `wanted`, up from these files; nothing of it is left."""
    for each in (folder, *folder.parents[:2]):
        each.chmod(each.stat().st_mode | 0o011)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    runtime = LocalRuntime("sealed", folder)
    try:
        runtime.reserve(folder / "seatrial.yaml")
        planned = plan(folder / "seatrial.yaml", runtime)
        runtime.apply(
            Desired(
                system="sealed",
                root=str(folder),
                placement=replace(planned.placement, edges=()),
                workloads=tuple(each for each in planned.workloads if each.seals or wanted(each)),
                secrets=runtime.ensure_secrets(planned.secrets),
            ),
            lambda _: None,
        )
        yield Rig(runtime, planned)
    finally:
        runtime.down(purge=True, progress=lambda _: None)
        runtime.close()


def proof(rig: Rig, name: str = "recover-system") -> tuple[Scenario, Expectation]:
    """A scenario in which the system is brought back, and what is expected of it."""
    scenarios = rig.planned.scenarios()
    (scenario,) = (each for each in scenarios if each.name == name)
    (found,) = (each for each in rig.planned.expectations(scenarios) if each.scenario == name)
    return scenario, found


def judged(rig: Rig, name: str = "recover-system", *, control: Control | None = None) -> Any:
    """What is said of it; nothing of what was brought back is left."""
    scenario, expectation = proof(rig, name)
    drill = run(
        scenario, (expectation,), rig.runtime, clock=time.time, sleep=time.sleep, control=control
    )
    (outcome,) = drill.outcomes
    assert not (rig.runtime.home.path / "reopened").exists()
    return outcome.judgement


def until(ask: Callable[[], Any]) -> None:
    """Ask again until the answer is true."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if ask():
                return
        except RuntimeFailure:
            pass
        time.sleep(0.2)
    pytest.fail("did not happen")


def own(rig: Rig) -> Path:
    """The daemon's folder."""
    return rig.runtime.home.replica(place.NAME, 0)
