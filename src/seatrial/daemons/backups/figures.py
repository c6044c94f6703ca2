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
OPENING, VERIFY = "opening", "verify"  # the repository; failures of no backup's kind


class Figures(Collector):
    """All that is shown; a backup of a kind counts for the narrower kinds, too.

    What nobody has seen, or could not be seen when it was looked last, has no value.
    """

    def __init__(self, registry: CollectorRegistry, schedule: Mapping[str, float]) -> None:
        """Nothing is known yet."""
        self._schedule = dict(schedule)
        self._held: tuple[Backup, ...] | None = None
        self._verified: tuple[float, int | None] | None = None
        self._room: tuple[int, int] | None = None
        self.failures = Counter(
            "backup_failures", "Backups that failed.", ("type",), registry=registry
        )
        for kind in (*schedule, VERIFY, OPENING):
            self.failures.labels(kind)
        registry.register(self)

    def held(self, found: Iterable[Backup] | None) -> None:
        """What the repository holds now; None where that could not be seen.

        What is of a history that has ended is not shown: it protects nothing of the present one.
        """
        self._held = present(found) if found is not None else None

    def verified(self, ended: float, damaged: int | None) -> None:
        """When all was read last, and how many damaged files a restore to now needs; None: unread.

        Before the first time `ended` is when somebody began to look after it: the age goes on.
        """
        self._verified = ended, damaged

    def room(self, size: int, free: int) -> None:
        """What the file system has on which the repository lies, in bytes."""
        self._room = size, free

    def collect(self) -> Iterator[Metric]:
        """What is known, as Prometheus reads it."""
        every = GaugeMetricFamily(
            "backup_interval_seconds", "How often it is due.", labels=("type",)
        )
        for kind, seconds in self._schedule.items():
            every.add_metric((kind,), seconds)
        yield every
        if self._verified is not None:
            yield from _of_verified(*self._verified)
        if self._held is not None:
            yield from _of_backups(self._held)
            yield from _of_room(self._room)


def _of_verified(ended: float, damaged: int | None) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "backup_verified_timestamp_seconds",
        "When all that lies in the repository was read last, or first could have been.",
        ended,
    )
    if damaged is not None:
        yield GaugeMetricFamily(
            "backup_damaged_files",
            "Damaged files in the repository that a restore to now needs.",
            float(damaged),
        )


def _of_room(room: tuple[int, int] | None) -> Iterator[Metric]:
    if room is not None:
        size, free = (float(each) for each in room)
        text = "Of the file system on which the repository lies."
        yield GaugeMetricFamily("backup_repository_size_bytes", text, size)
        yield GaugeMetricFamily("backup_repository_free_bytes", text, free)


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
    full = [each.stored for each in held if each.kind == KINDS[0]]
    if full:
        yield GaugeMetricFamily(
            "backup_last_full_stored_bytes",
            "What the newest full one takes in the repository: the next takes about as much.",
            float(full[-1]),
        )
    earlier = [each.size for each in held[-_EARLIER - 1 : -1]]
    if len(earlier) >= _LEAST:
        yield GaugeMetricFamily(
            "backup_usual_size_bytes",
            "The median of what those before the newest one restore.",
            float(median(earlier)),
        )
