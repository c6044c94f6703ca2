"""What the daemon tells Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from seatrial.daemons.mover.plan import Plan


class Figures:
    """Who of the three answers, whether it would be moved, whether it was."""

    def __init__(self, registry: CollectorRegistry, plan: Plan) -> None:
        """Everything is there from the start: what was not looked at yet is not well."""
        self._answers = Gauge(
            "failover_quorum_answers",
            "1: a member of the three regions' etcd answers, and knows the majority.",
            ["member"],
            registry=registry,
        )
        self._ready = Gauge(
            "failover_automatic_ready",
            "1: the store would be moved by itself if its home were lost now.",
            registry=registry,
        )
        self._moved = Gauge(
            "failover_moved_by_itself",
            "1: the store was moved by itself, and has not been led home.",
            registry=registry,
        )
        for each in plan.quorum:
            self._answers.labels(each)

    def answered(self, member: str, *, well: bool) -> None:
        """A look at one of the three is over."""
        self._answers.labels(member).set(well)

    def looked(self, *, ready: bool, moved: bool | None) -> None:
        """A look at the majority is over; `moved` None: it did not say, and is as it was."""
        self._ready.set(ready)
        if moved is not None:
            self._moved.set(moved)
