"""A restored copy takes its store's place, on the screen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from seatrial.app.backup import Backed
from seatrial.app.taking import Taken, ended, left, settled, stands, taken
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.asked import typed
from seatrial.contract.words import duration


def confirmed(one: Backed, name: str, given: str) -> None:
    """Say what will be, and have the store's name typed, unless it was `given` with the command.

    Raises Unclear for another name.
    """
    console = screen.err()
    console.print(f"the copy {name} takes the place of {one.store}, which is away meanwhile:")
    console.print("  its sessions are ended, and its users have what the copy has")
    console.print("  what it has now becomes a copy, which can take its place again")
    said = given or typed(one.store)
    if said != one.store:
        raise Unclear(
            f"{said or 'nothing'} is not the name of the store, and nothing was changed",
            f"write {one.store}, or --confirm {one.store} with the command",
        )


def taken_by(one: Backed, name: str, aside: str) -> None:
    """Do it, and say how it went. Raises Unclear and RuntimeFailure."""
    # no proof meanwhile takes it for a fault
    with _watched(one, name), one.runtime.locked("restore"):
        if ended(one, name, say, time.sleep):
            screen.out().print(f"{one.store} is what the copy {name} was; `seatrial backup` names")
            screen.out().print("the copy of what it had")
        else:
            _told(one, taken(one, name, say, time.monotonic, time.sleep, aside=aside))
            settled(one, say, time.sleep)
    screen.out().print(f"there is a full backup of what {one.store} has now")


def left_by(one: Backed) -> None:
    """Let go of what was begun, and say so. Raises Unclear and RuntimeFailure."""
    with _watched(one, one.told()["taking"]), one.runtime.locked("restore"):
        name = left(one, say, time.sleep)
    screen.err().print(f"{one.store} keeps its place, and the copy {name} is there")


@contextmanager
def _watched(one: Backed, name: str) -> Iterator[None]:
    """Ctrl-C ends the watching, and leaves nobody without a word on how the store stands."""
    try:
        yield
    except KeyboardInterrupt:
        for line in stands(one, name):
            screen.err().print(line)
        raise


def finished(one: Backed, name: str) -> None:
    """Bring to its end what another copy has begun, where that has its place already."""
    told = one.told()
    if told["taken"] and told["taking"] != name:
        screen.err().print(f"the copy {told['taking']} has taken its place: to its end first")
        taken_by(one, told["taking"], "")


def say(step: str) -> None:
    """What is being done."""
    screen.err().print(f"  {step}")


def _told(one: Backed, found: Taken) -> None:
    console = screen.out()
    console.print(f"{one.store} was away for {duration(found.away)}, and is what the copy was")
    console.print(f"what it had is the copy {found.aside}")
    if found.unarchived:
        console.print(f"  what was written last may be there alone: {found.unarchived}")
    console.print(f"`{one.order} --take {found.aside}` goes back to it")
    console.print(f"`{one.order} --remove {found.aside}` deletes it")
