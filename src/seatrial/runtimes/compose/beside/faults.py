"""Faults of containers that are not ours: each ends as it was found, the same container.

Only processes are touched. The engine itself kills: what it was told to end, no restart policy
brings back, so that the policy stays as it is. A container that did not run before is left alone.
"""

import time
from collections.abc import Mapping
from signal import SIGKILL
from typing import Any

from seatrial.contract.action import Action, Crash, Halt, Kill, Pause, RollingRestart
from seatrial.contract.runtime import Phase, RuntimeFailure
from seatrial.runtimes.compose.beside.addresses import joined_again, kept_free
from seatrial.runtimes.compose.beside.attached import Attached, phase_of
from seatrial.runtimes.compose.beside.project import Member, members
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.signals import send_here
from seatrial.runtimes.shared import ready
from seatrial.runtimes.shared.faults import unsure
from seatrial.runtimes.shared.replicas import chosen

KIND = "attached"
EDGES = "calls between containers that run without seatrial go past no fault proxy of its own"
_GONE_WITHIN = 5.0
_READY_WITHIN = 90.0
_GRACE = 10.0
Entry = Mapping[str, Any]
_Fault = Kill | Pause | Crash | Halt | RollingRestart


def plan(action: Action, attached: Attached) -> Entry:
    """The containers that must run as before, and where. Raises RuntimeFailure."""
    if not isinstance(action, _Fault):
        name = type(action).__name__
        raise RuntimeFailure(
            f"{name} would change what runs without seatrial, which it never does",
            "let seatrial run the system itself for this: take `beside` out of seatrial.yaml",
        )
    meant = _meant(action, attached)
    for each in meant:
        phase, reason = phase_of(each, frozenset())
        if phase is Phase.UNREADY:
            raise RuntimeFailure(
                f"{each.name} is not well before anything is done to it: {reason}",
                f"see `docker inspect {each.name}`",
            )
    if isinstance(action, Crash):
        _revivable(action, meant)
    return {
        "kind": KIND,
        "workload": action.workload,
        "act": type(action).__name__,
        "grace": attached.workloads[action.workload].grace or _GRACE,
        "containers": {each.id: _addresses(each) for each in meant if _runs(each)},
    }


def _meant(action: _Fault, attached: Attached) -> tuple[Member, ...]:
    there = attached.of(action.workload)
    which = chosen(action.workload, getattr(action, "replica", None), len(there))
    return tuple(there[each] for each in which)


def _revivable(action: Crash, meant: tuple[Member, ...]) -> None:
    for each in meant:
        policy = (each.container["HostConfig"].get("RestartPolicy") or {}).get("Name") or "no"
        if policy == "no":
            raise RuntimeFailure(
                f"{each.name} has no restart policy: nothing would bring {action.workload} back",
                "add restart: unless-stopped to it in the compose file",
            )


def _addresses(one: Member) -> Mapping[str, str]:
    return {name: each.get("IPAddress") or "" for name, each in one.networks.items()}


def _runs(one: Member) -> bool:
    state = one.state
    return bool(state.get("Running")) and not state.get("Paused") and not state.get("Restarting")


def act(action: Action, entry: Entry, attached: Attached) -> None:
    """Carry it out; returns when it is complete. Raises RuntimeFailure."""
    engine = attached.engine
    wanted = entry["grace"]
    for one in entry["containers"]:
        if isinstance(action, Kill):
            _kill(engine, one, entry["workload"])
        elif isinstance(action, Pause):
            engine.pause(one)
        elif isinstance(action, Halt):
            engine.stop(one, wanted)
        elif isinstance(action, RollingRestart):
            engine.stop(one, wanted)
            time.sleep(action.away)
            _started(engine, one, entry)
            _wait(engine, one, entry["workload"])
        else:
            _crash(engine, one, entry["workload"])


def _kill(engine: Engine, one: str, workload: str) -> None:
    # Podman's restart policy would bring back what was killed; what was stopped stays down
    if engine.client.podman or not engine.signal(one, "SIGKILL"):
        engine.stop(one, 0)
    until = time.monotonic() + _GONE_WITHIN
    while _state(engine, one).get("Running"):
        if time.monotonic() > until:
            raise RuntimeFailure(
                f"{workload} runs again, or still, {_GONE_WITHIN:g} s after it was killed",
                "see what starts it: a supervisor of its own cannot be held down",
            )
        time.sleep(0.02)


def _crash(engine: Engine, one: str, workload: str) -> None:
    before = _state(engine, one)
    if not send_here(int(before.get("Pid") or 0), one, SIGKILL):
        raise RuntimeFailure(
            f"{workload} cannot be crashed: its process is not here, or may not be killed",
            "run seatrial on the engine's own machine, as root",
        )
    reason = ready.wait(
        lambda: (
            ""
            if _state(engine, one).get("Running")
            and _state(engine, one).get("StartedAt") != before.get("StartedAt")
            else "its restart policy has not brought it back"
        ),
        _READY_WITHIN,
    )
    if reason:
        raise RuntimeFailure(f"{workload}: {reason}", f"see `docker inspect {one[:12]}`")
    _wait(engine, one, workload)


def undo(entry: Entry, engine: Engine) -> tuple[RuntimeFailure, ...]:
    """Let go on what is frozen and start what is down, where it was; returns when it is ready.

    A container that is gone took its fault with it. What is found on the way is no reason to do
    it again: what ran already although it was held down, and what runs and is not ready in time.
    What still runs after its seatrial was killed while it was to end in its own time is stopped
    first: the engine may be about to end it, and does not say so. What of ours gave way to one of
    theirs is put back, whoever was killed before doing so. Raises RuntimeFailure for what does not
    start.
    """
    found = []
    held = {Kill.__name__, Halt.__name__}
    ending = unsure(entry) and entry["act"] in {Halt.__name__, RollingRestart.__name__}
    for one in sorted(entry["containers"], key=lambda each: sorted(_known(entry, each).values())):
        state = _state(engine, one)
        if state.get("Paused"):
            engine.unpause(one)
        elif state and (ending or not state.get("Running")):
            if state.get("Running"):
                engine.stop(one, entry.get("grace", _GRACE))
            _started(engine, one, entry)
        elif state and entry["act"] in held:
            found.append(
                RuntimeFailure(
                    f"{_name(engine, one)} was started by somebody else while it was held down",
                    "see what starts it: a supervisor of its own cannot be held down",
                )
            )
    joined_again(engine)
    for one in entry["containers"]:
        try:
            _wait(engine, one, entry["workload"])
        except RuntimeFailure as failure:
            found.append(failure)
    return tuple(found)


def _known(entry: Entry, one: str) -> Mapping[str, str]:
    found: Mapping[str, str] = entry["containers"][one]
    return found


def _started(engine: Engine, one: str, entry: Entry) -> None:
    with kept_free(engine, _known(entry, one)):
        engine.start(one)


def _wait(engine: Engine, one: str, workload: str) -> None:
    def ask() -> str:
        found = engine.inspect(one)
        there = members([found]) if found is not None else ()
        return phase_of(there[0], frozenset())[1] if there else ""

    reason = ready.wait(ask, _READY_WITHIN)
    if reason:
        raise RuntimeFailure(
            f"{workload} did not come back within {_READY_WITHIN:.0f} s: {reason}",
            f"see `docker logs {one[:12]}`",
        )


def _name(engine: Engine, one: str) -> str:
    found = engine.inspect(one)
    return str(found["Name"]).lstrip("/") if found is not None else one[:12]


def _state(engine: Engine, one: str) -> Mapping[str, Any]:
    found = engine.inspect(one)
    return found["State"] if found is not None else {}
