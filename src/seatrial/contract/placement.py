"""Where a runtime puts things: the addresses, ports and edges that planning may write down.

A placement is computed by a pure function of the runtime, or frozen from what was discovered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A request for a place: one workload, its replicas and its ports (name to number).

    One that is `attached` has its place already, with as many replicas as there are; `asks` names
    variables of its environment whose values are wanted, and none that may hold a secret.
    """

    workload: str
    ports: Mapping[str, int]
    replicas: int = 1
    region: str = ""
    attached: bool = False
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A declared dependency: `source` calls the port `port` of `target`.

    `apart`: each replica of the source by a way of its own, so that one can lose its way alone.
    """

    source: str
    target: str
    port: str
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A host and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        """`host:port`, as configuration files want it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where one replica of a workload lives: its own address, or a name for it, and its ports.

    `names` are others by which callers may know it: those of what is attached; of ours beside a
    project, the one that its containers know. `found` are the variables that the seat asks for, as
    far as the replica has them.
    """

    workload: str
    replica: int
    region: str
    address: str
    ports: Mapping[str, int]
    names: tuple[str, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict, hash=False)

    def endpoint(self, port: str) -> Endpoint:
        """Where the port of that name listens."""
        return Endpoint(host=self.address, port=self.ports[port])


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link through the fault proxy: calls go to `listen`, which forwards to `upstream`.

    `replica` is the target's; `caller` the one of the source that alone goes this way, if it is so.
    """

    source: str
    target: str
    replica: int
    port: str
    listen: Endpoint
    upstream: Endpoint
    caller: int | None = None

    @property
    def name(self) -> str:
        """The fault proxy's name for this edge."""
        caller = self.source if self.caller is None else f"{self.source}.{self.caller}"
        return f"{caller}.{self.way}"

    @property
    def way(self) -> str:
        """Where it leads, as its source names it."""
        return f"{self.target}.{self.replica}.{self.port}"


@dataclass(frozen=True, kw_only=True)
class Placement:
    """All locations and edges of one system in one environment.

    `edges` is empty where no fault proxy is wanted (production): then callers reach the target.
    `namespace` is the cluster's, where there is one. `shared` is the host at which a replica is
    reached by what stands beside it, where both share their network (a pod). `apart`: each replica
    that seatrial runs has a network of its own, which it can be taken off.
    """

    runtime: str
    locations: tuple[Location, ...]
    edges: tuple[Edge, ...] = ()
    namespace: str = ""
    shared: str = ""
    apart: bool = False

    @cached_property
    def _by_workload(self) -> Mapping[str, tuple[Location, ...]]:
        found: dict[str, list[Location]] = {}
        for location in self.locations:
            found.setdefault(location.workload, []).append(location)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def _by_link(self) -> Mapping[tuple[str, str, str], tuple[Endpoint, ...]]:
        found: dict[tuple[str, str, str], list[Endpoint]] = {}
        for edge in self.edges:
            if edge.caller is None:
                found.setdefault((edge.source, edge.target, edge.port), []).append(edge.listen)
        return {link: tuple(each) for link, each in found.items()}

    def has(self, workload: str) -> bool:
        """Whether this workload has a place."""
        return workload in self._by_workload

    def of(self, workload: str) -> tuple[Location, ...]:
        """Every replica of a workload, in order. Raises KeyError for an unknown one."""
        return self._by_workload[workload]

    def endpoint(self, workload: str, port: str, replica: int = 0) -> Endpoint:
        """Where a replica's port listens, not through the fault proxy."""
        return self.of(workload)[replica].endpoint(port)

    def beside(self, location: Location, port: str) -> Endpoint:
        """How a workload that stands beside this replica reaches its port."""
        own = location.endpoint(port)
        return Endpoint(host=self.shared or own.host, port=own.port)

    def outside(self, workload: str, port: str) -> Endpoint:
        """How containers that are attached reach a workload that is `called_by` them."""
        own = self.of(workload)[0].endpoint(port)
        return Endpoint(host=next(iter(self.of(workload)[0].names), own.host), port=own.port)

    def via(self, source: str, target: str, port: str) -> tuple[Endpoint, ...]:
        """How `source` reaches each replica of `target`: through its edges where there are any.

        Not through those that are one replica's alone, which only its `ways` know.
        """
        direct = tuple(location.endpoint(port) for location in self.of(target))
        return self._by_link.get((source, target, port), direct)

    def told(self, source: str, target: str, port: str) -> str:
        """Where `source` reaches the first replica of `target`, as a file of it says.

        The text is the same for each replica: where each has an edge of its own, it is a mark.
        """
        link = (source, target, port)
        found = (each for each in self.edges if (each.source, each.target, each.port) == link)
        edge = next(found, None)
        if edge is None or edge.caller is None:
            return str(self.via(*link)[0])
        return f"${{self.ways.{edge.way}}}"

    def ways(self, location: Location) -> Mapping[str, Endpoint]:
        """The edges that are this replica's alone: `${self.ways.NAME.NUMBER.PORT}`."""
        own = (location.workload, location.replica)
        return {each.way: each.listen for each in self.edges if (each.source, each.caller) == own}
