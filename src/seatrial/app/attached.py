"""Services and stores that run without seatrial: planned as they are found, by what reaches them.

Pure: what was found is a placement, and says how many replicas each has.
"""

from collections.abc import Iterable
from dataclasses import replace

from seatrial.app import workloads
from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Placement, Seat
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system import regions
from seatrial.system.model import Scale, System


def is_beside(system: System, environment: str) -> bool:
    """Whether its services and stores run there without seatrial."""
    spec = system.environments.get(environment)
    return spec is not None and spec.beside is not None


def seats(system: System, asks: Iterable[str] = ()) -> tuple[Seat, ...]:
    """A seat for each service and store, which has its place already.

    `asks` are the variables that services would be given if seatrial ran them: whether they have
    them is for those to know who declare them.
    """
    here, asked = (regions.home(system),), tuple(asks)
    return tuple(
        replace(each, attached=True, asks=asked if each.workload in system.services else ())
        for each in workloads.seats(system, here)
    )


def as_found(system: System, found: Placement) -> System:
    """The system with as many replicas of each service as there are."""
    counted = {name: len(found.of(name)) for name in system.services}
    services = {
        name: each
        if counted[name] == each.scale.min
        else each.model_copy(
            update={"scale": Scale(min=counted[name], max=max(counted[name], each.scale.max))}
        )
        for name, each in system.services.items()
    }
    return system.model_copy(update={"services": services})


def attached(system: System, placement: Placement) -> tuple[Workload, ...]:
    """Every service and store that has a place, as something that nobody here starts."""
    services = (
        Workload(
            name=name,
            origin=Origin.SERVICE,
            argv=(),
            attached=True,
            replicas=each.scale.min,
            ports=workloads.ports(each),
            grace=each.grace.seconds,
            owner=each.owner,
            why=each.summary or "a service of the system",
        )
        for name, each in system.services.items()
    )
    stores = (
        Workload(
            name=name,
            origin=Origin.STORE,
            argv=(),
            attached=True,
            replicas=len(placement.of(name)),
            ports=placement.of(name)[0].ports,
            owner=each.owner,
            why=each.summary or "a store of the system",
        )
        for name, each in system.stores.items()
        if placement.has(name)
    )
    return (*services, *stores)


def with_calls(
    own: tuple[Workload, ...], targets: Iterable[ScrapeTarget], placement: Placement
) -> tuple[Workload, ...]:
    """Our workloads, each with those that it reaches of what is not ours: no other need meet them.

    Who collects is told by the targets; of any other its own files and words tell whom it calls.
    """
    ours = frozenset(each.name for each in own)
    collected: dict[str, set[str]] = {}
    for each in targets:
        collector = each.through[0] if each.through else prometheus.NAME
        collected.setdefault(collector, set()).add(each.workload)
    found = []
    for one in own:
        called = collected.get(one.name)
        if called is None:
            text = "\n".join((*one.argv, *one.env.values(), *(each.text for each in one.files)))
            called = {
                each.workload
                for each in placement.locations
                if any(str(each.endpoint(port)) in text for port in each.ports)
            }
        found.append(replace(one, calls=tuple(sorted(called - ours))))
    return tuple(found)
