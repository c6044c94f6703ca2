"""Exhaust the memory of a limited replica, from inside its own container."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from seatrial.contract.action import ExhaustMemory
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.commands import execute
from seatrial.runtimes.compose.fleet import Fleet

_PID = "/tmp/.seatrial-hog"  # noqa: S108 - in the container, and gone with its restart
# a line that never ends must be kept whole: every `tail` grows by it
_GROW_SHELL = f"echo $$ > {_PID}; exec tail /dev/zero"
_STOP_SHELL = f"""
[ -e {_PID} ] || exit 0
pid=$(cat {_PID}); rm -f {_PID}
case "$(cat /proc/$pid/comm)" in tail) kill -KILL $pid;; esac
"""
_GROW_PYTHON = f"""
import os, time
open({_PID!r}, 'w').write(str(os.getpid()))
kept = []
while True:
    kept.append(bytearray(8 << 20))
    time.sleep(0.005)
"""
_STOP_PYTHON = f"""
import os, pathlib
if os.path.exists({_PID!r}):
    pid = int(open({_PID!r}).read())
    os.unlink({_PID!r})
    words = pathlib.Path(f'/proc/{{pid}}/cmdline')
    if words.exists() and b'kept.append' in words.read_bytes():
        os.kill(pid, 9)
"""
_SHELL, _PYTHON = ("sh", "-c"), ("python3", "-c")
# for each way: whether there is one, how to grow, how to stop
_WAYS = {
    "sh": ((*_SHELL, "command -v tail"), (*_SHELL, _GROW_SHELL), (*_SHELL, _STOP_SHELL)),
    "python3": ((*_PYTHON, ""), (*_PYTHON, _GROW_PYTHON), (*_PYTHON, _STOP_PYTHON)),
}


def plan(action: ExhaustMemory, fleet: Fleet) -> Mapping[str, Any]:
    """The replicas whose hogs must go. Raises RuntimeFailure without a limit."""
    count = fleet.replicas(action.workload)
    if fleet.workload(action.workload).resources.memory is None:
        raise RuntimeFailure(
            f"{action.workload} has no memory limit here",
            "add limits to it; without one the machine's own memory would go",
        )
    which = list(range(count)) if action.replica is None else [action.replica]
    return {
        "kind": "hog",
        "workload": action.workload,
        "replicas": which,
        "way": _way(action.workload, which[0], fleet),
    }


def _way(workload: str, replica: int, fleet: Fleet) -> str:
    """What the image has to allocate memory with. Raises RuntimeFailure where it has nothing."""
    for way, (asked, _, _) in _WAYS.items():
        with suppress(RuntimeFailure):
            if not execute(fleet.engine, fleet.name(workload, replica), asked).status:
                return way
    raise RuntimeFailure(
        f"the image of {workload} has neither a shell with `tail` nor Python",
        "its memory can be exhausted only from inside: its scenario stays unknown",
    )


def act(action: ExhaustMemory, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Start a hog in each container; the kernel chooses whom it kills."""
    for replica in entry["replicas"]:
        name = fleet.name(action.workload, replica)
        with failures(f"exhausting the memory of {action.workload}"):
            made = fleet.engine.api.exec_create(name, list(_WAYS[entry["way"]][1]))
            fleet.engine.api.exec_start(made["Id"], detach=True)
    time.sleep(0.2)


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Kill the hogs that still live."""
    for replica in entry["replicas"]:
        if fleet.runs(entry["workload"], replica):
            with suppress(RuntimeFailure):  # it restarts just now, and its hog is gone
                execute(
                    fleet.engine, fleet.name(entry["workload"], replica), _WAYS[entry["way"]][2]
                )
