"""The workloads that a store that fails over consists of, in each of its regions."""

from dataclasses import dataclass

from seatrial.capabilities.failover import policy
from seatrial.contract.action import Answering
from seatrial.contract.declaration import Front
from seatrial.contract.placement import Placement
from seatrial.engines.haproxy import workload as haproxy
from seatrial.engines.patroni import config
from seatrial.system.held import holder
from seatrial.system.model import System
from seatrial.system.regions import called

RUNTIMES = ("local", "compose")
WITNESSES = 3  # of which one may be lost
ENGINES = ("patroni", "postgres", "etcd", "haproxy")
REST = "rest"
PRIMARY = Answering(port=REST, path="/primary")
STANDBY = Answering(port=REST, path="/replica")
HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a store consists of in one region: what leads to it, its members, who agrees on them.

    `electors` are all of those, of which `witnesses` stand in this region. `orders` is the secret
    that whoever changes a cluster shows its members.
    """

    region: str
    front: str
    members: str
    witnesses: tuple[str, ...]
    electors: tuple[str, ...]
    orders: str

    @property
    def workloads(self) -> tuple[str, ...]:
        """All of it, and who takes writes first: the copy's way leads through the front."""
        return (self.members, self.front, *self.witnesses)


def able(runtime: str, *, beside: bool) -> bool:
    """Whether anything fails over here: what runs without seatrial is not ours to change."""
    return not beside and runtime in RUNTIMES


def stores(system: System, runtime: str, *, beside: bool) -> tuple[str, ...]:
    """The stores that fail over here."""
    return policy.declared(system) if able(runtime, beside=beside) else ()


def quorum(system: System, store: str, run: tuple[str, ...]) -> tuple[str, ...]:
    """The regions of which two say where the store is: home, the other one, the witness's.

    None where people say so; `run` are the regions that are run, home first.
    """
    found = policy.of(system, store)
    if found.automatic is None or found.region is None:
        return ()
    own = (run[0], found.region, found.automatic.witness)
    return own if len({*own}.intersection(run)) == len(own) else ()


def agreed(system: System, store: str, run: tuple[str, ...]) -> bool:
    """Whether three regions agree where the store is, so that it is moved by itself."""
    return bool(quorum(system, store, run))


def elector(store: str, region: str, run: tuple[str, ...]) -> str:
    """The one of etcd that stands in this region, where three regions agree."""
    return called(f"{store}-etcd", region, run[0])


def sites(system: System, store: str, run: tuple[str, ...]) -> tuple[Site, ...]:
    """Where the store is, home first; `run` are the regions that are run, home first."""
    other, three = policy.of(system, store).region, quorum(system, store, run)
    own = (run[0], *((other,) if other in run[1:] else ()))
    return tuple(_site(system, store, region, run, three) for region in own)


def _site(
    system: System, store: str, region: str, run: tuple[str, ...], three: tuple[str, ...]
) -> Site:
    near = tuple(
        called(f"{store}-etcd-{number}", region, run[0]) for number in range(1, WITNESSES + 1)
    )
    return Site(
        region=region,
        front=called(store, region, run[0]),
        members=called(holder(system, store), region, run[0]),
        witnesses=(elector(store, region, run),) if three else near,
        electors=tuple(elector(store, each, run) for each in three) or near,
        orders=policy.orders(store),
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


def mover(store: str) -> str:
    """The daemon that moves it by itself, where that is declared."""
    return f"{store}-mover"


def names(placement: Placement, site: Site) -> tuple[str, ...]:
    """What the members there are called, among themselves and by who looks at them."""
    places = placement.of(site.members)
    return tuple(config.member(site.members, each.replica) for each in places)
