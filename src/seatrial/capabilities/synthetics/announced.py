"""Announced maintenance, as the others are told of it. Pure.

Whoever walks a journey through what is being worked on is no more served than who is told so: a
window of a service or a store is one of each journey through it, too.
"""

from seatrial.capabilities.synthetics.maintenance import Maintenance
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.contract.declaration import Window
from seatrial.system.graph import journeys_through
from seatrial.system.model import System


def windows(system: System, settings: Settings) -> tuple[Window, ...]:
    """Every window of the file, in its order."""
    return tuple(window(system, name, each) for name, each in settings.maintenance.items())


def window(system: System, name: str, one: Maintenance) -> Window:
    """One of them; subjects in the order of the file."""
    named = (*one.services, *one.stores)
    through = frozenset(one.journeys).union(*(journeys_through(system, each) for each in named))
    return Window(
        name=name,
        spans=one.spans,
        subjects=(*named, *(each for each in system.journeys if each in through)),
        whole=one.whole,
    )
