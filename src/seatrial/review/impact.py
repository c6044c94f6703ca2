"""What it means for the business that a part is gone, and in which order all comes back. Pure.

From `needs` and journeys alone, and from what proofs have measured: nothing is estimated. What was
not measured is unknown, and what was measured in part is a least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from seatrial.system import graph
from seatrial.system.model import System
from seatrial.system.units import Cost


class Kind(StrEnum):
    """What a part of the system is."""

    SERVICE = "service"
    STORE = "store"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How long it takes to bring a part back, as far as that is known.

    `least` is in seconds: what was measured, 0 for nothing. `whole`: it is all of the time until
    users have it back. `reason` says why it is not, or how it was measured; `evidence` is the id of
    that which holds the figure, `at` when it was made, in seconds since the epoch.
    """

    least: float = 0.0
    whole: bool = False
    reason: str
    evidence: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What stops when a part is gone: services and journeys, in the file's order.

    `costs` is the sum an hour in each currency. `uncosted` are those of the journeys whose cost the
    file does not say: the sum is without them.
    """

    name: str
    kind: Kind
    services: tuple[str, ...]
    journeys: tuple[str, ...]
    costs: tuple[Cost, ...]
    uncosted: tuple[str, ...]
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Everything brought back: the waves of it, and how long it takes.

    `least` is in seconds, along the longest chain of needs, with all that can be done side by side
    done so. `path` is that chain, `unknown` are the parts of which not all of the time is known,
    `externals` what services wait for that is others' to bring back. `objective` is the file's RTO.
    """

    waves: tuple[tuple[str, ...], ...]
    least: float
    path: tuple[str, ...]
    unknown: tuple[str, ...]
    externals: tuple[str, ...]
    objective: float

    @property
    def kept(self) -> bool | None:
        """Whether the RTO is kept; None where nobody knows."""
        if self.least > self.objective:
            return False
        return None if self.unknown or self.externals else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Each part by what its loss costs, and the way back from the loss of all."""

    losses: tuple[Loss, ...]
    recovered: Recovered


def impact(system: System, known: Mapping[str, Known]) -> Impact:
    """What each part's loss means. `known` says of services and stores how they come back."""
    parts = {
        **dict.fromkeys(system.services, Kind.SERVICE),
        **dict.fromkeys(system.stores, Kind.STORE),
        **dict.fromkeys(system.externals, Kind.EXTERNAL),
    }
    losses = [_loss(system, name, kind, _of(known, name, kind)) for name, kind in parts.items()]
    # sorting is stable: what stops as much stays in the file's order
    losses.sort(key=lambda each: -len(each.journeys))
    return Impact(losses=tuple(losses), recovered=_recovered(system, known))


def _of(known: Mapping[str, Known], name: str, kind: Kind) -> Known:
    if kind is Kind.EXTERNAL:
        return Known(reason="others bring it back")
    return known.get(name, Known(reason="nothing measures how it is brought back"))


def _loss(system: System, name: str, kind: Kind, known: Known) -> Loss:
    stopped = graph.radius(system, name)
    lost = graph.journeys_through(system, name)
    journeys = tuple(each for each in system.journeys if each in lost)
    sums: dict[str, float] = {}
    for each in journeys:
        cost = system.journeys[each].cost
        if cost is not None:
            sums[cost.currency] = sums.get(cost.currency, 0.0) + cost.per_hour
    return Loss(
        name=name,
        kind=kind,
        services=tuple(each for each in system.services if each in stopped),
        journeys=journeys,
        costs=tuple(Cost(amount, currency) for currency, amount in sums.items()),
        uncosted=tuple(each for each in journeys if system.journeys[each].cost is None),
        known=known,
    )


def _recovered(system: System, known: Mapping[str, Known]) -> Recovered:
    waves = graph.recovery_order(system)
    ends: dict[str, float] = {}
    chains: dict[str, tuple[str, ...]] = {}
    for name in (each for wave in waves for each in wave):
        needed = [each for each in graph.direct_needs(system, name) if each in ends]
        last = max(needed, key=ends.__getitem__, default="")
        least = known[name].least if name in known else 0.0
        ends[name] = ends.get(last, 0.0) + least
        chains[name] = (*chains.get(last, ()), name)
    slowest = max(ends, key=ends.__getitem__)
    waited = {each for name in system.services for each in graph.direct_needs(system, name)}
    return Recovered(
        waves=waves,
        least=ends[slowest],
        path=chains[slowest],
        unknown=tuple(each for each in ends if each not in known or not known[each].whole),
        externals=tuple(each for each in system.externals if each in waited),
        objective=system.targets.rto.seconds,
    )
