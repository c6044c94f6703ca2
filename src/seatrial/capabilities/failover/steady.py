"""What must be so before a failover is tried: each has its place, and nothing is behind."""

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.place import Site
from seatrial.contract.scenario import Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.patroni import rest
from seatrial.system import graph
from seatrial.system.model import System

_CLUSTER = "members of the cluster"


def radius(system: System, store: str, run: tuple[str, ...]) -> frozenset[str]:
    """All that a failover disturbs: whoever needs the store, too."""
    sites = place.sites(system, store, run)
    three = (*sites[0].electors, place.mover(store)) if place.agreed(system, store, run) else ()
    own = (place.writers(store), *three, *(name for site in sites for name in site.workloads))
    return graph.radius(system, store).union(own)


def whole(system: System, store: str, run: tuple[str, ...]) -> tuple[Steady, ...]:
    """One primary, at home, and everybody else follows it, also in the other region."""
    home, *others = place.sites(system, store, run)
    found = policy.of(system, store)
    where = f" in {home.region}" if others else ""

    def holds(seen: tuple[Observation, ...]) -> str | None:
        leading = [each for each in seen if each.text == rest.LEADER]
        if len(leading) != 1:
            return f"{len(leading)} members{where} are the primary"
        if len(seen) - 1 < found.standbys:
            return f"{len(seen) - 1} of {found.standbys} standbys follow it"
        if found.synchronous and not any(each.text in rest.SYNCHRONOUS for each in seen):
            return "no standby has each acknowledged write yet"
        return None

    def follows(seen: tuple[Observation, ...]) -> str | None:
        if not any(each.text == rest.COPY for each in seen):
            return "no member follows the primary in another region"
        short = len(seen) < 1 + found.standbys
        return f"{len(seen)} of {1 + found.standbys} members follow it" if short else None

    return (
        Steady(name=f"the cluster of {store}{where}", watch=_watched(home), holds=holds),
        *(
            Steady(
                name=f"the copy of {store} in {each.region}", watch=_watched(each), holds=follows
            )
            for each in others
        ),
    )


def _watched(site: Site) -> Watch:
    return Watch(
        name=f"{_CLUSTER} {site.front}",
        workload=site.members,
        port=place.REST,
        path=rest.CLUSTER,
        parse=_members,
    )


def _members(now: float, body: bytes) -> tuple[Observation, ...]:
    return tuple(
        Observation(at=now, source=_CLUSTER, kind="member", subject=each.name, text=each.role)
        for each in rest.members(body)
        if each.well
    )
