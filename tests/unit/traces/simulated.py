"""A journey of a shop, simulated: two replicas of an api, a database, a cache, a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from seatrial.traces.path import WAITS
from seatrial.traces.profile import Profile, profile
from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import tree

OPERATIONS = (("SELECT users", "database"), ("INSERT runs", "database"), ("GET page", "cache"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong: where, how many milliseconds more, or which share fails.

    `stopped`: a replica that does nothing for up to so long, before it takes a call and within it.
    """

    service: str = ""
    operation: str = ""
    peer: str = ""
    replica: str = ""
    more: float = 0.0
    fails: float = 0.0
    queue: float = 0.0
    stopped: float = 0.0


class Shop:
    """Makes traces of runs, one after the other."""

    def __init__(self, seed: int, fault: Fault | None = None) -> None:
        self.chance, self.fault = Random(seed), fault or Fault()  # noqa: S311 - a simulation
        self.spans: list[Span] = []
        self.count = 0

    def profiles(self, runs: int) -> Sequence[Profile]:
        return [
            profile(tree(self.run()), lambda span: span.attributes.get("peer.service", ""))
            for _ in range(runs)
        ]

    def run(self) -> tuple[Span, ...]:
        self.spans = []
        root = self._id()
        first, at, failed = self._step(root, "POST /", 1000)
        accepted = at
        begun = accepted + self._takes(8) + round(self.fault.queue * 1000)
        done = self._server("worker", "run", first, begun, kind=Kind.CONSUMER, base=20)[0]
        end = max(done, accepted) + self._takes(5)
        self._add("prober", "GET /", accepted, end, root, kind=Kind.CLIENT, waits=True)
        self._add("prober", "journey", 1000, end, "", name=root, error=failed)
        return tuple(self.spans)

    def _step(self, root: str, name: str, at: int) -> tuple[str, int, bool]:
        step = self._id()
        end, failed = self._server("api", name, step, at + self._takes(1), base=4)
        end += self._takes(1)
        self._add("prober", name, at, end, root, kind=Kind.CLIENT, name=step, error=failed)
        return step, end, failed

    def _server(
        self,
        service: str,
        operation: str,
        parent: str,
        at: int,
        *,
        base: float,
        kind: Kind = Kind.SERVER,
    ) -> tuple[int, bool]:
        own, replica = self._id(), f"{service}-{self.chance.randrange(2)}"
        at += self._stopped(replica)
        now, failed = at + self._takes(base), False
        if self._struck(service, operation, "", replica):
            now += round(self.fault.more * 1000)
        for asked, peer in OPERATIONS:
            end = now + self._takes(3) + self._stopped(replica) // 3
            bad = False
            if self._struck(service, asked, peer, replica):
                end += round(self.fault.more * 1000)
                bad = self.chance.random() < self.fault.fails
            self._add(
                service,
                asked,
                now,
                end,
                own,
                kind=Kind.CLIENT,
                peer=peer,
                error=bad,
                replica=replica,
            )
            now, failed = end + self._takes(1), failed or bad
        self._add(
            service, operation, at, now, parent, kind=kind, name=own, error=failed, replica=replica
        )
        return now, failed

    def _struck(self, service: str, operation: str, peer: str, replica: str) -> bool:
        fault = self.fault
        return (
            fault.service == service
            and fault.peer == peer
            and fault.operation in {"", operation}
            and fault.replica in {"", replica}
        )

    def _stopped(self, replica: str) -> int:
        if replica != self.fault.replica:
            return 0
        return round(self.chance.uniform(0, self.fault.stopped) * 1000)

    def _takes(self, milliseconds: float) -> int:
        """Microseconds, with the long tail that latencies have."""
        return round(milliseconds * 1000 * self.chance.lognormvariate(0, 0.5))

    def _id(self) -> str:
        self.count += 1
        return str(self.count)

    def _add(
        self,
        service: str,
        operation: str,
        start: int,
        end: int,
        parent: str,
        *,
        kind: Kind = Kind.INTERNAL,
        name: str = "",
        peer: str = "",
        replica: str = "",
        error: bool = False,
        waits: bool = False,
    ) -> None:
        attributes = {"peer.service": peer} if peer else {}
        self.spans.append(
            Span(
                trace="t",
                id=name or self._id(),
                service=service,
                operation=operation,
                start=start,
                end=end,
                parent=parent,
                kind=kind,
                error=error,
                replica=replica,
                attributes=attributes | ({WAITS: "true"} if waits else {}),
            )
        )
