"""The dependency graph as alerting reads it: who fails when something fails.

Everything here is a pure question to the system's `needs`.
"""

from collections.abc import Mapping
from functools import cache
from graphlib import TopologicalSorter

from seatrial.system.model import Journey, System


@cache
def _needs(edges: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, frozenset[str]]:
    """Each name's needs, needs of needs included; linear in nodes for shallow graphs."""
    direct = dict(edges)
    found: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter(direct).static_order():  # the loader has refused cycles
        below = direct.get(name, ())
        found[name] = frozenset(below).union(*(found[each] for each in below))
    return {name: found[name] for name in direct}


def needs(system: System) -> Mapping[str, frozenset[str]]:
    """What each service needs, directly or through others."""
    return _needs(tuple((name, tuple(each.needs)) for name, each in system.services.items()))


def dependents(system: System) -> Mapping[str, frozenset[str]]:
    """Which services need each service or store, directly or through others."""
    found: dict[str, set[str]] = {}
    for name, needed in needs(system).items():
        for each in needed:
            found.setdefault(each, set()).add(name)
    return {name: frozenset(each) for name, each in found.items()}


def crossed(system: System, journey: Journey) -> frozenset[str]:
    """Every service and store that a journey crosses: its start, what that needs, and `through`."""
    needed = needs(system)
    entry = {journey.start, *journey.through}
    return frozenset(entry).union(*(needed.get(each, frozenset()) for each in entry))


def journeys_through(system: System, name: str) -> frozenset[str]:
    """The journeys that fail when this service or store fails."""
    return frozenset(
        journey for journey, each in system.journeys.items() if name in crossed(system, each)
    )


def radius(system: System, name: str) -> frozenset[str]:
    """What a fault of this service or store may disturb: itself and its dependents."""
    return frozenset({name}) | dependents(system).get(name, frozenset())


def called(system: System, name: str) -> bool:
    """Whether anybody sends requests to this service: users, a journey, another service."""
    return (
        system.services[name].exposed
        or any(name in each.needs for each in system.services.values())
        or any(each.start == name for each in system.journeys.values())
    )
