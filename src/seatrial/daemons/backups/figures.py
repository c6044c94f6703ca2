"""What the daemon tells Prometheus: the last backup of each kind, and how the archiver does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.plan import KINDS

ARCHIVER = (
    "SELECT archived_count, failed_count,"
    " coalesce(extract(epoch FROM last_archived_time), 0),"
    " coalesce(extract(epoch FROM last_failed_time), 0) FROM pg_stat_archiver"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiver:
    """What pg_stat_archiver says; instants in seconds since the epoch, 0 for never."""

    archived: int
    failed: int
    last: float
    failure: float

    @property
    def stuck(self) -> bool:
        """Whether its newest attempt failed."""
        return self.failure > self.last


def archiver(row: list[str]) -> Archiver:
    """Read the answer to ARCHIVER. Raises ValueError."""
    archived, failed, last, failure = row
    return Archiver(
        archived=int(archived), failed=int(failed), last=float(last), failure=float(failure)
    )


class Figures:
    """All that is shown; a backup of a kind counts for the narrower kinds, too."""

    def __init__(self, registry: CollectorRegistry, schedule: dict[str, float]) -> None:
        """Nothing is known yet: what nobody has seen has no value."""
        self._last = Gauge(
            "backup_last_completed_timestamp_seconds",
            "When the newest backup that is at least of this kind was whole.",
            ("type",),
            registry=registry,
        )
        self._every = Gauge(
            "backup_interval_seconds", "How often it is due.", ("type",), registry=registry
        )
        for kind, seconds in schedule.items():
            self._every.labels(kind).set(seconds)
        self._size = self._gauge("backup_last_size_bytes", "What a restore takes.", registry)
        self._stored = self._gauge(
            "backup_last_stored_bytes", "What the newest one takes in the repository.", registry
        )
        self._took = self._gauge(
            "backup_last_duration_seconds", "How long the newest one took.", registry
        )
        self._damaged = self._gauge(
            "backup_last_damaged", "1: the server's own checksums were wrong in it.", registry
        )
        self._held = self._gauge("backups_held", "Backups in the repository.", registry)
        self.failures = Counter(
            "backup_failures", "Backups that failed.", ("type",), registry=registry
        )
        for kind in KINDS:
            self.failures.labels(kind)
        self._archived = self._gauge(
            "backup_archive_last_timestamp_seconds", "When a segment was archived last.", registry
        )
        self._stuck = self._gauge(
            "backup_archive_stuck", "1: the newest segment could not be archived.", registry
        )
        self._refused = self._gauge(
            "backup_archive_failures", "Attempts to archive that failed.", registry
        )

    @staticmethod
    def _gauge(name: str, text: str, registry: CollectorRegistry) -> Gauge:
        return Gauge(name, text, registry=registry)

    def held(self, found: Iterable[Backup]) -> None:
        """What the repository holds now."""
        there = tuple(found)
        self._held.set(len(there))
        for number, kind in enumerate(KINDS):
            ends = [each.ended for each in there if each.kind in KINDS[: number + 1]]
            if ends:
                self._last.labels(kind).set(max(ends))
        if there:
            newest = there[-1]
            self._size.set(newest.size)
            self._stored.set(newest.stored)
            self._took.set(newest.ended - newest.began)
            self._damaged.set(newest.damaged)

    def archiver(self, found: Archiver) -> None:
        """How the archiver does now."""
        self._archived.set(found.last)
        self._stuck.set(found.stuck)
        self._refused.set(found.failed)
