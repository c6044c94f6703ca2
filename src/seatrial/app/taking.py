"""A restored copy takes its store's place.

The store is away from its stop until it answers as the copy. What is done next follows from what is
there: whoever was killed gives the same order again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from seatrial.app.backup import Backed

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
    one: Backed, name: str, say: Say, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Taken:
    """Have the copy of that name take the store's place, then take a full backup of it.

    Raises Unclear, and RuntimeFailure: the store then runs with what it had, or, where the places
    were changed already, with what the copy had.
    """
    one.take(name)
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
    away = clock() - began
    one.begin("full")
    one.followed("backup", say, sleep)
    return Taken(aside=prepared["aside"], away=away, unarchived=prepared.get("archive", ""))
