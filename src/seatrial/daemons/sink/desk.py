"""What both doors of the sink, HTTP and SMTP, do with a notification: refuse or record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.shared.log import Log
from seatrial.daemons.sink.arrival import CHANNELS, Arrival, Channel, Parts
from seatrial.daemons.sink.book import Book
from seatrial.daemons.sink.deaf import Deafness


class Desk:
    """Holds the book, the deafness and the figures; `clock` gives epoch seconds."""

    def __init__(
        self,
        *,
        book: Book,
        log: Log,
        clock: Callable[[], float],
        registry: CollectorRegistry,
    ) -> None:
        self.book = book
        self.clock = clock
        self.deafness = Deafness()
        self.refused = dict.fromkeys(CHANNELS, 0)
        self._log = log
        self._journal_failed = ""
        # Receivers come from the sender's URL: as a label they could grow without end.
        self._arrivals = Counter(
            "sink_arrivals",
            "Notifications that arrived.",
            ("channel", "valid"),
            registry=registry,
        )
        self._refused = Counter(
            "sink_refused",
            "Notifications refused because the sink was told to be deaf.",
            ("channel",),
            registry=registry,
        )
        for channel in CHANNELS:
            self._refused.labels(channel)
            for valid in ("true", "false"):
                self._arrivals.labels(channel, valid)
        size = Gauge("sink_journal_bytes", "Size of the journal.", registry=registry)
        size.set_function(lambda: book.journal.size)

    def unready(self) -> str:
        """Why nothing can be recorded now, "" when it can."""
        return self._journal_failed

    def refuses(self, channel: Channel, receiver: str) -> bool:
        """Whether to refuse this notification; counts it when so."""
        if not self.deafness.refuses(channel, receiver):
            return False
        self.refused[channel] += 1
        self._refused.labels(channel).inc()
        self._log.info("refused", channel=channel, receiver=receiver)
        return True

    async def record(
        self,
        *,
        at: float,
        channel: Channel,
        receiver: str,
        parts: Sequence[Parts],
        raw: bytes,
        address: str = "",
    ) -> list[Arrival]:
        """Record one delivery. Raises OSError when the disk cannot take it."""
        try:
            arrivals = await self.book.record(
                at=at,
                channel=channel,
                receiver=receiver,
                parts=parts,
                raw=raw,
                address=address,
            )
        except OSError as error:
            self._journal_failed = f"{self.book.journal.path}: {error.strerror}"
            self._log.fault("journal", fault=self._journal_failed)
            raise
        self._journal_failed = ""
        for arrival in arrivals:
            self._arrivals.labels(channel, str(arrival.valid).lower()).inc()
            self._log.info(
                "arrival",
                id=arrival.id,
                at=at,
                channel=channel,
                receiver=receiver,
                alertname=arrival.alertname,
                status=arrival.status,
                valid=arrival.valid,
                faults=arrival.faults,
            )
        return arrivals
