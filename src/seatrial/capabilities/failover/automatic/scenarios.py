"""Home is lost, or cut off from the other two regions: nobody types anything."""

from collections.abc import Iterator

from seatrial.capabilities.failover import policy
from seatrial.capabilities.failover.place import Site
from seatrial.contract.action import Action, CutEdge, Kill
from seatrial.engines.patroni.config import TTL
from seatrial.system.model import System


def bound(system: System, store: str) -> float:
    """Seconds in which writes are taken again: the lease ends, home stays gone, a member begins.

    Where the leader of etcd is lost with home the next one counts each lease from its beginning:
    what is left of one is not agreed on.
    """
    found = policy.of(system, store)
    after = found.automatic.after.seconds if found.automatic else 0.0
    return 2 * TTL + after + found.within.seconds


def cut(store: str) -> str:
    """The scenario in which home is cut off."""
    return f"region-cut-{store}"


def severed(home: Site, other: Site) -> Iterator[Action]:
    """Home reaches nobody, and nobody reaches it; who is in it reaches its members.

    Its own one of etcd is killed: without the others it could say nothing, and its ways to them
    carry no edge.
    """
    yield from (Kill(workload=each) for each in home.witnesses)
    yield from (
        CutEdge(source=home.members, target=each)
        for each in home.electors
        if each not in home.witnesses
    )
    for source, target in ((home, other), (other, home)):
        yield CutEdge(source=source.members, target=target.front)
        yield CutEdge(source=source.members, target=target.members)
