"""What the daemon tells Prometheus: the last backup of each kind, and how the archiver does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.plan import KINDS

ARCHIVER = (
    "SELECT failed_count,"
    " coalesce(extract(epoch FROM last_archived_time), 0),"
    " coalesce(extract(epoch FROM last_failed_time), 0),"
    " current_setting('archive_mode'),"
    " (SELECT setting FROM pg_settings WHERE name = 'archive_timeout'),"
    " extract(epoch FROM now() - greatest(last_archived_time, pg_postmaster_start_time())),"
    " coalesce(last_archived_wal, ''), pg_walfile_name(pg_current_wal_lsn())"
    " FROM pg_stat_archiver"
)
_SEGMENT = re.compile(r"[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})")
_PER_LOG = 0x100  # segments of 16 MB
_PATIENCE = 2  # how many times archive_timeout nothing may be archived while log is written
OPENING = "opening"  # the repository; a failure of no backup's kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiver:
    """What pg_stat_archiver says. Instants are in seconds since the epoch, 0 for never.

    `since` is how many seconds ago a segment was archived, or the server started; `waiting`
    segments are full, or closed, and not archived.
    """

    failed: int
    last: float
    failure: float
    on: bool
    timeout: float
    since: float
    waiting: int

    @property
    def stuck(self) -> bool:
        """Whether what is written does not reach the repository.

        Its newest attempt failed, there is none, or none has succeeded for too long.
        """
        late = self.waiting > 0 and self.since > _PATIENCE * self.timeout
        return self.failure > self.last or not self.on or self.timeout <= 0 or late


def archiver(row: list[str]) -> Archiver:
    """Read the answer to ARCHIVER. Raises ValueError."""
    failed, last, failure, mode, timeout, since, archived, current = row
    return Archiver(
        failed=int(failed),
        last=float(last),
        failure=float(failure),
        on=mode != "off",
        timeout=float(timeout),
        since=float(since),
        waiting=max(0, _number(current) - _number(archived) - 1),
    )


def _number(segment: str) -> int:
    """How many segments come before it; 0 where the name is none, as of a timeline's history."""
    found = _SEGMENT.match(segment)
    return int(found[1], 16) * _PER_LOG + int(found[2], 16) if found is not None else 0


class Figures(Collector):
    """All that is shown; a backup of a kind counts for the narrower kinds, too.

    What nobody has seen, or could not be seen when it was looked last, has no value.
    """

    def __init__(self, registry: CollectorRegistry, schedule: Mapping[str, float]) -> None:
        """Nothing is known yet."""
        self._schedule = dict(schedule)
        self._held: tuple[Backup, ...] | None = None
        self._archiver: Archiver | None = None
        self.failures = Counter(
            "backup_failures", "Backups that failed.", ("type",), registry=registry
        )
        for kind in (*KINDS, OPENING):
            self.failures.labels(kind)
        registry.register(self)

    def held(self, found: Iterable[Backup] | None) -> None:
        """What the repository holds now; None where that could not be seen."""
        self._held = tuple(found) if found is not None else None

    def archiver(self, found: Archiver | None) -> None:
        """How the archiver does now; None where that could not be seen."""
        self._archiver = found

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
        if self._archiver is not None:
            yield from _of_archiver(self._archiver)


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


def _of_archiver(found: Archiver) -> Iterator[Metric]:
    for name, text, value in (
        ("last_timestamp_seconds", "When a segment was archived last.", found.last),
        ("stuck", "1: what is written does not reach the repository.", found.stuck),
        ("failures", "Attempts to archive that failed.", found.failed),
        ("waiting", "Segments that are closed and not archived.", found.waiting),
    ):
        yield GaugeMetricFamily(f"backup_archive_{name}", text, float(value))
