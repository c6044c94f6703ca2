"""A restored copy takes its store's place.

The store is away from its stop until it answers as the copy. What is done next follows from what is
there: whoever was killed gives the same order again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from seatrial.app.backup import RUNNING, Backed
from seatrial.contract.runtime import RuntimeFailure

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


def _idle(one: Backed, say: Say, sleep: Callable[[float], None]) -> None:
    """Wait for what its daemon does already, however that ends."""
    for kind, work in one.told()["works"].items():
        if work["state"] == RUNNING:
            say(f"wait for the {kind}")
            with suppress(RuntimeFailure):
                one.followed(kind, lambda _: None, sleep)
