"""Names that seatrial's own workloads have: nothing of the user's may be called so."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from seatrial.app import registry
from seatrial.contract.capability import Intent
from seatrial.system import regions
from seatrial.system.codes import CodeDoc
from seatrial.system.model import System
from seatrial.system.problem import Problem

CODES: Mapping[str, CodeDoc] = {
    "ST0301": CodeDoc(
        "a name that seatrial uses itself",
        "A workload of seatrial's own has this name: faults, figures and alerts of the two could "
        "not be told apart.",
        "Write the name with `-service` behind it; what runs beside is found by it nevertheless.",
    ),
    "ST0304": CodeDoc(
        "a name that another service has elsewhere",
        "A service that is in several regions has the region's name behind its own in all but the "
        "first of them. Another service or store has this name.",
        "Give the service or store another name.",
    ),
}
BEHIND = "-service"
# where all runs that a file can ask for: what is called so in one environment is so in none
_FULLEST: Mapping[str, Any] = {"runtime": "local", "rehearsal": True}
_ANY = {"system": "any", "services": {"any": {"owner": "any", "image": "any"}}}


def taken(
    system: System, intents: Iterable[tuple[str, Intent]], *, sound: bool
) -> tuple[Problem, ...]:
    """A problem for each service and store that has the name of a workload of ours.

    `intents` are by the capability's name. What stands beside a store is known only where the file
    is `sound`: nothing else is wrong with it.
    """
    fullest = _FULLEST if sound else {}
    ours = _names((name, replace(each, **fullest)) for name, each in intents)
    return (*_elsewhere(system), *_ours(system, ours))


def _elsewhere(system: System) -> tuple[Problem, ...]:
    """A problem for each that is called as a service is in another region."""
    run = regions.spread(system)
    spread = {
        regions.called(name, region, own[0]): (name, region)
        for name, each in system.services.items()
        for own in (regions.of(each, run),)
        for region in own[1:]
    }
    return tuple(
        Problem(
            "ST0304",
            system.place(kind, name),
            f"{name} is what {spread[name][0]} is called in the region {spread[name][1]}",
            f"give {name} another name",
        )
        for kind, names in (("services", system.services), ("stores", system.stores))
        for name in names
        if name in spread
    )


def _ours(system: System, ours: Collection[str]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            "ST0301",
            system.place(kind, name),
            f"{name} is the name of what seatrial runs itself",
            f"call it {name}{BEHIND}",
        )
        for kind, names in (("services", system.services), ("stores", system.stores))
        for name in names
        if name in ours
    )


def always() -> Collection[str]:
    """The names that are ours whatever the file says."""
    system = System.model_validate(_ANY)
    intents = (
        (each.name, Intent(system=system, settings=each.settings.model_validate({})))
        for each in registry.capabilities()
    )
    return _names(intents) | {"prober"}


def _names(intents: Iterable[tuple[str, Intent]]) -> frozenset[str]:
    from seatrial.engines.toxiproxy.workload import NAME  # noqa: PLC0415 - assess loads no engine

    declare = {each.name: each.declare for each in registry.capabilities()}
    seats = (seat for name, intent in intents for seat in declare[name](intent).seats)
    return frozenset((NAME, *(each.workload for each in seats)))
