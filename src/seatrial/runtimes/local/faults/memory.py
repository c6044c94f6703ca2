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

_HOG = (
    "import os,sys,time\n"
    "for group in sys.argv[1:]:\n"
    "    open(group + '/cgroup.procs', 'w').write('0')\n"
    "kept = []\n"
    "try:\n"
    "    while True:\n"
    "        kept.append(bytearray(8 << 20))\n"
    "        time.sleep(0.005)\n"
    "except MemoryError:\n"
    "    time.sleep(600)\n"
)


def plan(action: ExhaustMemory, fleet: Fleet) -> Mapping[str, Any]:
    """The marker by which the hogs are found again. Raises RuntimeFailure without a limit."""
    _groups(action, fleet)
    return {"kind": "hog", "marker": f"seatrial-hog-{fleet.home.path.name}-{action.workload}"}


def _groups(action: ExhaustMemory, fleet: Fleet) -> list[tuple[str, ...]]:
    """The groups of each replica that is meant."""
    count = fleet.replicas(action.workload)
    which = range(count) if action.replica is None else [action.replica]
    found = [fleet.replica(action.workload, each).cgroups for each in which]
    if fleet.workloads[action.workload].resources.memory is None or not all(found):
        raise RuntimeFailure(
            f"{action.workload} has no memory limit here",
            "add limits to it, and see `seatrial doctor` for what this machine can limit",
        )
    return found


def act(action: ExhaustMemory, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Start a hog in each replica's memory group; the kernel chooses whom it kills."""
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
    """Kill the hogs that still live."""
    wanted = f"SEATRIAL_HOG={entry['marker']}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)
