"""The edges that links ask for, before they have a place. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.contract.placement import Edge, Endpoint, Link, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From a link's source to one replica of its target; of `caller` alone where it names one."""

    link: Link
    target: Location
    caller: int | None

    @property
    def key(self) -> str:
        """What the place of its edge is drawn from."""
        source = self.link.source if self.caller is None else f"{self.link.source}/{self.caller}"
        return f"{source}>{self.link.target}/{self.target.replica}:{self.link.port}"

    def through(self, listen: Endpoint) -> Edge:
        """The edge, at that place."""
        return Edge(
            source=self.link.source,
            caller=self.caller,
            target=self.target.workload,
            replica=self.target.replica,
            port=self.link.port,
            listen=listen,
            upstream=self.target.endpoint(self.link.port),
        )


def ways(links: Iterable[Link], locations: tuple[Location, ...]) -> tuple[Way, ...]:
    """All of them, in the order of the links, then of callers, then of targets."""
    return tuple(
        Way(link=link, caller=caller, target=target)
        for link in links
        for caller in _callers(link, locations)
        for target in locations
        if target.workload == link.target
    )


def _callers(link: Link, locations: tuple[Location, ...]) -> tuple[int | None, ...]:
    if not link.apart:
        return (None,)
    return tuple(each.replica for each in locations if each.workload == link.source)
