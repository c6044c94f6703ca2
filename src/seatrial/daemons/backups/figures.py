"""What the daemon tells Prometheus of the backups of any product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import median

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from seatrial.daemons.backups.backups import Backup, present
from seatrial.daemons.backups.plan import KINDS

_EARLIER, _LEAST = 10, 3  # how many backups tell what is usual, at most and at least
OPENING = "opening"  # the repository; a failure of no backup's kind


class Figures(Collector):
    """All that is shown; a backup of a kind counts for the narrower kinds, too.

    What nobody has seen, or could not be seen when it was looked last, has no value.
    """

    def __init__(self, registry: CollectorRegistry, schedule: Mapping[str, float]) -> None:
        """Nothing is known yet."""
        self._schedule = dict(schedule)
        self._held: tuple[Backup, ...] | None = None
        self.failures = Counter(
            "backup_failures", "Backups that failed.", ("type",), registry=registry
        )
        for kind in (*schedule, OPENING):
            self.failures.labels(kind)
        registry.register(self)

    def held(self, found: Iterable[Backup] | None) -> None:
        """What the repository holds now; None where that could not be seen.

        What is of a history that has ended is not shown: it protects nothing of the present one.
        """
        self._held = present(found) if found is not None else None

    def collect(self) -> Iterator[Metric]:
        """What is known, as Prometheus reads it."""
        every = GaugeMetricFamily(
            "backup_interval_seconds", "How often it is due.", labels=("type",)
        )
        for kind, seconds in self._schedule.items():
            every.add_metric((kind,), seconds)
        yield every
        if self._held is not None:
            yield from _of_backups(self._held)


def _of_backups(held: tuple[Backup, ...]) -> Iterator[Metric]:
    yield GaugeMetricFamily("backups_held", "Backups in the repository.", len(held))
    last = GaugeMetricFamily(
        "backup_last_completed_timestamp_seconds",
        "When the newest backup that is at least of this kind was whole.",
        labels=("type",),
    )
    for number, kind in enumerate(KINDS):
        ends = [each.ended for each in held if each.kind in KINDS[: number + 1]]
        if ends:
            last.add_metric((kind,), max(ends))
    yield last
    if held:
        newest = held[-1]
        for name, text, value in (
            ("size_bytes", "What a restore takes.", newest.size),
            ("stored_bytes", "What the newest one takes in the repository.", newest.stored),
            ("duration_seconds", "How long the newest one took.", newest.ended - newest.began),
            ("damaged", "1: the server's own checksums were wrong in it.", newest.damaged),
        ):
            yield GaugeMetricFamily(f"backup_last_{name}", text, float(value))
    earlier = [each.size for each in held[-_EARLIER - 1 : -1]]
    if len(earlier) >= _LEAST:
        yield GaugeMetricFamily(
            "backup_usual_size_bytes",
            "The median of what those before the newest one restore.",
            float(median(earlier)),
        )
