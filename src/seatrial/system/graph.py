"""The dependency graph: who fails when something fails.

Everything here is a pure question to the system's `needs`. Each answer is derived once for a
system and kept: rules, routes, runbooks and proofs ask it for every service.
"""

from collections.abc import Mapping
from functools import lru_cache
from graphlib import TopologicalSorter

from seatrial.system.model import Journey, System
from seatrial.system.same import Same

_KEPT = 4  # systems whose answers are kept


@lru_cache(maxsize=_KEPT)
def _needs(key: Same[System]) -> Mapping[str, frozenset[str]]:
    """Linear in nodes for shallow graphs."""
    direct = {name: tuple(each.needs) for name, each in key.value.services.items()}
    found: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter(direct).static_order():  # the loader has refused cycles
        below = direct.get(name, ())
        found[name] = frozenset(below).union(*(found[each] for each in below))
    return {name: found[name] for name in direct}


@lru_cache(maxsize=_KEPT)
def _dependents(key: Same[System]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, needed in _needs(key).items():
        for each in needed:
            found.setdefault(each, set()).add(name)
    return {name: frozenset(each) for name, each in found.items()}


@lru_cache(maxsize=_KEPT)
def _journeys(key: Same[System]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for journey, each in key.value.journeys.items():
        for name in crossed(key.value, each):
            found.setdefault(name, set()).add(journey)
    return {name: frozenset(each) for name, each in found.items()}


@lru_cache(maxsize=_KEPT)
def _called(key: Same[System]) -> frozenset[str]:
    system = key.value
    return frozenset(
        (
            *(name for name, each in system.services.items() if each.exposed),
            *(need for each in system.services.values() for need in each.needs),
            *(each.start for each in system.journeys.values()),
        )
    )


def needs(system: System) -> Mapping[str, frozenset[str]]:
    """What each service needs, directly or through others."""
    return _needs(Same(system))


def dependents(system: System) -> Mapping[str, frozenset[str]]:
    """Which services need each service or store, directly or through others."""
    return _dependents(Same(system))


def crossed(system: System, journey: Journey) -> frozenset[str]:
    """Every service and store that a journey crosses: its start, what that needs, and `through`."""
    needed = needs(system)
    entry = {journey.start, *journey.through}
    return frozenset(entry).union(*(needed.get(each, frozenset()) for each in entry))


def journeys_through(system: System, name: str) -> frozenset[str]:
    """The journeys that fail when this service or store fails."""
    return _journeys(Same(system)).get(name, frozenset())


@lru_cache(maxsize=_KEPT)
def _waves(key: Same[System]) -> tuple[tuple[str, ...], ...]:
    system = key.value
    names = (*system.stores, *system.services)
    rank = {name: at for at, name in enumerate(names)}
    sorter = TopologicalSorter(
        {name: [each for each in direct_needs(system, name) if each in rank] for name in names}
    )
    sorter.prepare()
    waves = []
    while sorter.is_active():
        ready = tuple(sorted(sorter.get_ready(), key=rank.__getitem__))
        sorter.done(*ready)
        waves.append(ready)
    return tuple(waves)


def direct_needs(system: System, name: str) -> tuple[str, ...]:
    """What a service names in its `needs`; a store or an external has none."""
    service = system.services.get(name)
    return tuple(service.needs) if service is not None else ()


def recovery_order(system: System) -> tuple[tuple[str, ...], ...]:
    """In which order all is brought back when everything is gone: nothing before what it needs.

    In waves; what is in one can be brought back side by side, and stands in the file's order, the
    stores first. Externals are others' to bring back, and are in none.
    """
    return _waves(Same(system))


def radius(system: System, name: str) -> frozenset[str]:
    """What a fault of this service or store may disturb: itself and its dependents."""
    return frozenset({name}) | dependents(system).get(name, frozenset())


def called(system: System, name: str) -> bool:
    """Whether anybody sends requests to this service: users, a journey, another service."""
    return name in _called(Same(system))
