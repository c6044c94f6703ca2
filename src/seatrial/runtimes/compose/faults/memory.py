"""Exhaust the memory of a limited replica, from inside its own container."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from docker.errors import NotFound

from seatrial.contract.action import ExhaustMemory
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.commands import execute
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.hog import GROW
from seatrial.runtimes.shared.replicas import chosen

_PID = "/tmp/.seatrial-hog"  # noqa: S108 - in the container, and gone with its restart
_GONE_WITHIN = 20.0
_PAUSE = 0.05
# the kernel kills whoever grew most, and that is the end of it: so there is always a next one;
# a line that never ends must be kept whole: every `tail` grows by it
_GROW_SHELL = f"echo $$ > {_PID}; while :; do tail /dev/zero; sleep 1; done"
# what the engine starts leads a session, so that its children are of its group; a process that
# has this file's name among its words is no other that got the number since
_ASK_SHELL = "command -v tail && command -v sleep && command -v tr"
_STOP_SHELL = f"""
[ -e {_PID} ] || exit 0
pid=$(cat {_PID}); rm -f {_PID}
case "$(tr '\\0' ' ' < /proc/$pid/cmdline)" in *{_PID}*) kill -KILL -$pid || kill -KILL $pid;; esac
"""
_GROW_PYTHON = f"""
import os
open({_PID!r}, 'w').write(str(os.getpid()))
{GROW}"""
_STOP_PYTHON = f"""
import os, pathlib
if os.path.exists({_PID!r}):
    pid = int(open({_PID!r}).read())
    os.unlink({_PID!r})
    words = pathlib.Path(f'/proc/{{pid}}/cmdline')
    if words.exists() and {_PID!r}.encode() in words.read_bytes():
        os.killpg(pid, 9)
"""
_SHELL, _PYTHON = ("sh", "-c"), ("python3", "-c")
# for each way: whether there is one, how to grow, how to stop
_WAYS = {
    "sh": (
        (*_SHELL, _ASK_SHELL),
        (*_SHELL, _GROW_SHELL),
        (*_SHELL, _STOP_SHELL),
    ),
    "python3": ((*_PYTHON, ""), (*_PYTHON, _GROW_PYTHON), (*_PYTHON, _STOP_PYTHON)),
}


def plan(action: ExhaustMemory, fleet: Fleet) -> Mapping[str, Any]:
    """The replicas whose hogs must go. Raises RuntimeFailure without a limit."""
    which = chosen(action.workload, action.replica, fleet.replicas(action.workload))
    if fleet.workload(action.workload).resources.memory is None:
        raise RuntimeFailure(
            f"{action.workload} has no memory limit here",
            "add limits to it; without one the machine's own memory would go",
        )
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
        f"the image of {workload} has neither a shell with `tail`, `sleep` and `tr` nor Python",
        "its memory can be exhausted only from inside: its scenario stays unknown",
    )


def act(action: ExhaustMemory, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Start a hog in each container; the kernel chooses whom it kills, each time."""
    for replica in entry["replicas"]:
        name = fleet.name(action.workload, replica)
        with failures(f"exhausting the memory of {action.workload}"):
            made = fleet.engine.api.exec_create(name, list(_WAYS[entry["way"]][1]))
            fleet.engine.api.exec_start(made["Id"], detach=True)
    time.sleep(0.2)


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Kill the hogs, until the engine says that none runs. Raises RuntimeFailure where one stays.

    Who was killed had perhaps only asked for one, which has not begun yet.
    """
    workload = entry["workload"]
    _, grow, stop = _WAYS[entry["way"]]
    until = time.monotonic() + _GONE_WITHIN
    for replica in entry["replicas"]:
        name = fleet.name(workload, replica)
        while fleet.runs(workload, replica) and _running(fleet, name, grow):
            if time.monotonic() > until:
                raise RuntimeFailure(
                    f"what exhausts the memory of {workload} does not end",
                    f"restart it: `docker restart {name}`",
                )
            with suppress(RuntimeFailure):  # it restarts just now, and its hog is gone
                execute(fleet.engine, name, stop)
            time.sleep(_PAUSE)


def _running(fleet: Fleet, name: str, words: tuple[str, ...]) -> bool:
    """Whether a command of these words runs in a container."""
    found = fleet.engine.inspect(name)
    for each in (found or {}).get("ExecIDs") or ():
        with failures(f"looking at what runs in {name}"), suppress(NotFound):
            one = fleet.engine.api.exec_inspect(each)
            process = one["ProcessConfig"]
            if one["Running"] and [process["entrypoint"], *process["arguments"]] == list(words):
                return not fleet.engine.client.podman or _shown(fleet, name)
    return False


def _shown(fleet: Fleet, name: str) -> bool:
    """Whether a hog is among a container's processes.

    Podman tells a command that was started detached and was killed as running for ever.
    """
    with failures(f"listing what runs in {name}"):
        found = fleet.engine.api.top(name, ps_args="pid,args")
    return any(_PID in word for row in found["Processes"] or () for word in row)
