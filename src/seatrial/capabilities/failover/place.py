"""The workloads that a store that fails over consists of, in each of its regions."""

from dataclasses import dataclass

from seatrial.capabilities.failover import policy
from seatrial.contract.action import Answering
from seatrial.contract.declaration import Front
from seatrial.engines.haproxy import workload as haproxy
from seatrial.system.held import holder
from seatrial.system.model import System
from seatrial.system.regions import called

RUNTIME = "local"
WITNESSES = 3  # of which one may be lost
REST = "rest"
PRIMARY = Answering(port=REST, path="/primary")
STANDBY = Answering(port=REST, path="/replica")
HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a store consists of in one region: what leads to it, its members, who agrees on them."""

    region: str
    front: str
    members: str
    witnesses: tuple[str, ...]

    @property
    def workloads(self) -> tuple[str, ...]:
        """All of it."""
        return (self.front, self.members, *self.witnesses)


def stores(system: System, runtime: str, *, beside: bool) -> tuple[str, ...]:
    """The stores that fail over here: what runs without seatrial is not ours to change."""
    return () if beside or runtime != RUNTIME else policy.declared(system)


def sites(system: System, store: str, run: tuple[str, ...]) -> tuple[Site, ...]:
    """Where the store is, home first; `run` are the regions that are run, home first."""
    other = policy.of(system, store).region
    own = (run[0], *((other,) if other in run[1:] else ()))
    return tuple(
        Site(
            region=region,
            front=called(store, region, run[0]),
            members=called(holder(system, store), region, run[0]),
            witnesses=tuple(
                called(f"{store}-etcd-{number}", region, run[0])
                for number in range(1, WITNESSES + 1)
            ),
        )
        for region in own
    )


def front(system: System, store: str, run: tuple[str, ...]) -> Front:
    """The store's own workload, which leads to its primary, in each of its regions."""
    found = sites(system, store, run)
    return Front(
        store=store,
        ports=haproxy.PORTS if len(found) == 1 else haproxy.FAR_PORTS,
        members=found[0].members,
        primary=PRIMARY,
        regions=tuple(each.region for each in found),
    )


def writers(store: str) -> str:
    """The daemon that writes all the time, and tells what became of each write."""
    return f"{store}-writers"
