"""A restored copy takes its store's place.

The store is away from its stop until it answers as the copy. What is done next follows from what is
there: whoever was killed gives the same order again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from seatrial.app.backup import RUNNING, Backed, Told
from seatrial.app.unclear import Unclear
from seatrial.contract.runtime import Phase, RuntimeFailure

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How it went.

    `aside` names the copy that holds what the store had; `away` is for how many seconds it did not
    run. `unarchived` says why the last of the old history is in no backup; empty where it is.
    """

    aside: str
    away: float
    unarchived: str


def named(target: float) -> str:
    """The copy for a restore in place to that moment: the same each time."""
    found = dt.datetime.fromtimestamp(target, dt.UTC)
    return f"at-{found:%Y%m%dt%H%M%S}{f'-{found:%f}' if found.microsecond else ''}"


def taken(
    one: Backed,
    name: str,
    say: Say,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    *,
    aside: str = "",
) -> Taken:
    """Have the copy of that name take the store's place; what it had becomes the copy `aside`.

    Raises Unclear, and RuntimeFailure: the store then runs with what it had, or, where the places
    were changed already, with what the copy had.
    """
    _idle(one, say, sleep)
    one.take(name, aside)
    prepared = one.followed("take", say, sleep)["result"]
    began = clock()
    try:
        if not prepared["taken"]:
            say("stop")
            one.runtime.stop(one.store)
            one.exchange(name)
            one.followed("exchange", say, sleep)
    finally:  # whatever went wrong, it is not left stopped
        say("start")
        one.runtime.start(one.store)
    unarchived = prepared.get("archive", "")
    return Taken(aside=prepared["aside"], away=clock() - began, unarchived=unarchived)


def ended(one: Backed, name: str, say: Say, sleep: Callable[[float], None]) -> bool:
    """Whether that copy has the place already, and its daemon has just brought it to its end.

    A full backup does, which the daemon takes by itself. Raises RuntimeFailure.
    """
    told = one.told()
    if not told["taken"] or told["taking"] != name:
        return False
    _idle(one, say, sleep)
    return not one.told()["taking"]


def left(one: Backed, say: Say, sleep: Callable[[float], None]) -> str:
    """Let go of a take that was begun, and have the store run; the copy's name.

    Raises Unclear and RuntimeFailure.
    """
    _idle(one, say, sleep)  # what is being done may be about to begin one
    one.runtime.start(one.store)  # whoever was killed may have left it stopped
    one.leave()
    name: str = one.followed("leave", say, sleep)["about"]["name"]
    return name


def settled(one: Backed, say: Say, sleep: Callable[[float], None]) -> None:
    """Have a full backup of what was taken: until then no other order is carried out.

    Raises Unclear and RuntimeFailure: the store goes on, and its daemon tries it again.
    """
    _idle(one, say, sleep)  # the daemon may have begun one by itself
    if one.told()["taking"]:
        one.begin("full")
        one.followed("backup", say, sleep)


def stands(one: Backed, name: str) -> tuple[str, ...]:
    """Sentences on how a take stands that is watched no more, and the commands that go on."""
    told, phases = None, []
    with suppress(RuntimeFailure, Unclear):  # nobody answers: then nobody knows
        phases = [each.phase for each in one.runtime.status() if each.workload == one.store]
        told = one.told()
    runs = bool(phases) and all(each is Phase.READY for each in phases)
    return standing(one, name, told, runs=runs) if name else ()


def standing(one: Backed, name: str, told: Told | None, *, runs: bool) -> tuple[str, ...]:
    """The same, of what the daemon tells; None where it does not answer. Pure."""
    running = () if told is None else (kind for kind, each in told["works"].items() if _runs(each))
    return (
        *_stands(one, name, told),
        *(f"{one.daemon} goes on with the {kind} that it has begun" for kind in running),
        *(() if runs else (f"{one.store} does not run yet: each of these starts it",)),
    )


def _stands(one: Backed, name: str, told: Told | None) -> Iterator[str]:
    """What the store has, and which command does what from there."""
    on = f"`{one.order} --take {name}`"
    if told is None:
        yield f"{one.daemon} does not answer, so that nobody knows how far it came"
        yield f"{on} goes on with it, or says what came of it"
    elif told["taking"] == name and told["taken"]:
        yield f"{one.store} is what the copy {name} was, and lacks a full backup of that"
        yield f"{one.daemon} takes one by itself; {on} waits for it"
        aside = told["works"].get("take", {}).get("result", {}).get("aside", "")
        if aside:
            yield f"what it had is the copy {aside}: `{one.order} --take {aside}` then goes back"
    elif told["taking"] == name:
        yield f"{one.store} has what it had, and the copy {name} is about to take its place"
        yield f"{on} goes on, `{one.order} --leave` lets go of it"
    elif any(each["name"] == name for each in told["copies"]):
        yield f"{one.store} has what it had, and nothing takes its place; {on} begins anew"
    else:
        yield f"{one.store} is what the copy {name} was"
        yield "`seatrial backup` names the copy of what it had"


def _runs(work: Mapping[str, Any]) -> bool:
    return bool(work["state"] == RUNNING)


def _idle(one: Backed, say: Say, sleep: Callable[[float], None]) -> None:
    """Wait for what its daemon does already, however that ends."""
    for kind, work in one.told()["works"].items():
        if _runs(work):
            say(f"wait for the {kind}")
            with suppress(RuntimeFailure):
                one.followed(kind, lambda _: None, sleep)
