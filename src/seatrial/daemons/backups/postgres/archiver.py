"""How the server's archiver does, and what Prometheus is told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

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
# The segment that is written to, and how many bytes one has.
SEGMENT = (
    "SELECT pg_walfile_name(pg_current_wal_lsn()), setting FROM pg_settings"
    " WHERE name = 'wal_segment_size'"
)
_SEGMENT = re.compile(r"[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})")
_PER_LOG = 0x100  # segments of 16 MB
_PATIENCE = 2  # how many times archive_timeout nothing may be archived while log is written


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


class Archiving(Collector):
    """What could not be seen when it was looked last has no value."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Nothing is known yet."""
        self._found: Archiver | None = None
        self._lacking: int | None = None
        registry.register(self)

    def lacking(self, segments: int | None) -> None:
        """How many segments the repository lacks; None where that could not be seen."""
        self._lacking = segments

    def found(self, archiver: Archiver | None) -> None:
        """How the archiver does now; None where that could not be seen."""
        self._found = archiver

    def collect(self) -> Iterator[Metric]:
        """What is known, as Prometheus reads it."""
        if self._found is not None:
            yield from _of_archiver(self._found)
        if self._lacking is not None:
            yield GaugeMetricFamily(
                "backup_archive_missing",
                "Segments since the newest backup that the repository lacks.",
                float(self._lacking),
            )


def _of_archiver(found: Archiver) -> Iterator[Metric]:
    for name, text, value in (
        ("last_timestamp_seconds", "When a segment was archived last.", found.last),
        ("stuck", "1: what is written does not reach the repository.", found.stuck),
        ("failures", "Attempts to archive that failed.", found.failed),
        ("waiting", "Segments that are closed and not archived.", found.waiting),
    ):
        yield GaugeMetricFamily(f"backup_archive_{name}", text, float(value))
