"""What a journey's trace must hold, and who would see a failure: pure questions to the file."""

from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.capabilities.tracing.watches import PROBER
from seatrial.system.model import System

SLOW, FAILING = "link-slow-", "link-failing-"  # how the scenarios' names begin
_ASKED = {
    SLOW: "When {link.callee} answers {link.caller} slowly, do traces name the link?",
    FAILING: "When calls of {link.caller} to {link.callee} break off, do traces name the link?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A service's call to a store, which the runs of a journey make."""

    journey: str
    caller: str
    callee: str


def chosen(system: System, spanless: frozenset[str]) -> tuple[tuple[str, str, Link], ...]:
    """One link to be slow and another to fail, each with its scenario's question.

    Those of the service at which the first journey reaches a store: every run makes its calls.
    """
    for name, journey in system.journeys.items():
        waiting, seen = [journey.start], set[str]()
        while waiting:
            service = waiting.pop(0)
            needs = system.services[service].needs if service in system.services else ()
            stores = [each for each in needs if each in system.stores]
            if stores and service not in spanless:
                ends = ((SLOW, stores[0]), (FAILING, stores[-1]))
                return tuple(
                    (kind, _ASKED[kind], Link(journey=name, caller=service, callee=store))
                    for kind, store in ends
                )
            seen.add(service)
            waiting += [each for each in needs if each not in seen]
    return ()


def radius(system: System, name: str) -> frozenset[str]:
    """The service and those that need it, directly or through others."""
    found = {name}
    while True:
        more = {other for other, each in system.services.items() if found & set(each.needs)} - found
        if not more:
            return frozenset(found)
        found |= more


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
