"""What a journey's trace must hold, and who would see a failure: pure questions to the file."""

from collections.abc import Iterable

from seatrial.capabilities.tracing.watches import PROBER
from seatrial.system.model import System


def radius(system: System, name: str) -> frozenset[str]:
    """The service and those that need it, directly or through others."""
    found = {name}
    while True:
        more = {other for other, each in system.services.items() if found & set(each.needs)} - found
        if not more:
            return frozenset(found)
        found |= more


def requested(system: System) -> tuple[str, ...]:
    """The journeys that are requests: what a browser takes for itself would hide who is slow."""
    return tuple(name for name, each in system.journeys.items() if each.steps)


def crossed(system: System, journey: str) -> frozenset[str]:
    """The services that every run crosses: its start, what it goes through, and what they need.

    Stores are left out: not every run asks each of them.
    """
    own = system.journeys[journey]
    found: set[str] = set()
    waiting = [own.start, *own.through]
    while waiting:
        name = waiting.pop()
        if name in system.services and name not in found:
            found.add(name)
            waiting += system.services[name].needs
    return frozenset(found)


def held(system: System, journey: str, spanless: Iterable[str]) -> frozenset[str]:
    """Those of the crossed that every run's trace must tell of.

    What makes no spans and calls nobody hands no trace on. It is left out as a store is, since not
    every run asks it, unless the journey itself names it.
    """
    own = system.journeys[journey]
    ends = {each for each in spanless if each in system.services}
    ends = {each for each in ends if not set(system.services[each].needs) & {*system.services}}
    return crossed(system, journey) - (ends - {own.start, *own.through})


def callers(system: System, struck: str, spanless: Iterable[str]) -> frozenset[str]:
    """Who calls it and makes spans: services that need it, and the prober where a journey starts.

    Only those that a journey crosses: nobody else is certain to call while it is down.
    """
    walked = frozenset[str]().union(*(crossed(system, each) for each in system.journeys))
    found = {name for name in walked if struck in system.services[name].needs}
    found -= frozenset(spanless)
    if any(each.start == struck for each in system.journeys.values()):
        found.add(PROBER)
    return frozenset(found)
