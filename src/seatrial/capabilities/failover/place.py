"""Which workloads a store that fails over consists of, and what they are called."""

from seatrial.capabilities.failover import policy
from seatrial.contract.action import Answering
from seatrial.contract.declaration import Front
from seatrial.engines.haproxy.config import STATUS
from seatrial.engines.haproxy.workload import STATUS_PORT
from seatrial.system.held import holder
from seatrial.system.model import System

RUNTIME = "local"
WITNESSES = 3  # of which one may be lost
REST = "rest"
PRIMARY = Answering(port=REST, path="/primary")
STANDBY = Answering(port=REST, path="/replica")
HTTP = "http"


def stores(system: System, runtime: str, *, beside: bool) -> tuple[str, ...]:
    """The stores that fail over here: what runs without seatrial is not ours to change."""
    return () if beside or runtime != RUNTIME else policy.declared(system)


def front(system: System, store: str) -> Front:
    """The store's own workload, which leads to its primary."""
    return Front(
        store=store,
        ports={STATUS: STATUS_PORT},
        members=holder(system, store),
        primary=PRIMARY,
    )


def witnesses(store: str) -> tuple[str, ...]:
    """The members of etcd, which agree on who is the primary."""
    return tuple(f"{store}-etcd-{number}" for number in range(1, WITNESSES + 1))


def writers(store: str) -> str:
    """The daemon that writes all the time, and tells what became of each write."""
    return f"{store}-writers"
