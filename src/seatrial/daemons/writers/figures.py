"""What the daemon tells Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.writers.seen import Outcome, Write


class Figures:
    """Counters of what became of writes, and which members take them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Everything is there from the start, at 0."""
        self._writes = Counter(
            "failover_writes", "Rows that were sent, by outcome.", ["outcome"], registry=registry
        )
        self._last = Gauge(
            "failover_last_acknowledged_timestamp_seconds",
            "When a row was acknowledged last.",
            registry=registry,
        )
        self._takes = Gauge(
            "failover_takes_writes", "1: a member took a write.", ["member"], registry=registry
        )
        for each in Outcome:
            self._writes.labels(each.value)

    def written(self, write: Write) -> None:
        """A row's outcome is known."""
        self._writes.labels(write.outcome.value).inc()
        if write.outcome is Outcome.ACKNOWLEDGED:
            self._last.set(write.ended)

    def looked(self, member: str, *, took: bool) -> None:
        """A look at a member is over."""
        self._takes.labels(member).set(took)
