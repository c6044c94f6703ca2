"""Exhaust the memory of a limited replica, from inside its own group."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.contract.action import ExhaustMemory
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared.hog import GROW
from seatrial.runtimes.shared.replicas import chosen

_GONE_WITHIN = 20.0
_PAUSE = 0.02

_HOG = f"""
import sys
for group in sys.argv[1:]:
    open(group + '/cgroup.procs', 'w').write('0')
{GROW}"""


def plan(action: ExhaustMemory, fleet: Fleet) -> Mapping[str, Any]:
    """The marker by which the hogs are found again. Raises RuntimeFailure without a limit."""
    _groups(action, fleet)
    return {"kind": "hog", "marker": f"seatrial-hog-{fleet.home.path.name}-{action.workload}"}


def _groups(action: ExhaustMemory, fleet: Fleet) -> list[tuple[str, ...]]:
    """The groups of each replica that is meant."""
    which = chosen(action.workload, action.replica, fleet.replicas(action.workload))
    found = [fleet.replica(action.workload, each).cgroups for each in which]
    if fleet.workloads[action.workload].resources.memory is None or not all(found):
        raise RuntimeFailure(
            f"{action.workload} has no memory limit here",
            "add limits to it, and see `seatrial doctor` for what this machine can limit",
        )
    return found


def act(action: ExhaustMemory, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Start a hog in each replica's memory group; the kernel chooses whom it kills, each time."""
    for groups in _groups(action, fleet):
        hog = subprocess.Popen(
            (sys.executable, "-I", "-S", "-c", _HOG, *groups),
            env={"SEATRIAL_HOG": entry["marker"], "SEATRIAL_HOME_OF": str(fleet.home.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        hog.returncode = 0  # let go of it: Python would complain that it still runs
    time.sleep(0.2)


def undo(entry: Mapping[str, Any]) -> None:
    """Kill the hogs, until none is left: one that is killed last may have made another.

    Raises RuntimeFailure where one stays.
    """
    until = time.monotonic() + _GONE_WITHIN
    while hogs := _hogs(entry["marker"]):
        if time.monotonic() > until:
            raise RuntimeFailure(
                f"processes that exhaust memory do not end: {hogs}", "see `ps` for what they wait"
            )
        for pid in hogs:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE)


def _hogs(marker: str) -> list[int]:
    """Their process ids; one that has ended has no environment."""
    wanted = f"SEATRIAL_HOG={marker}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found
