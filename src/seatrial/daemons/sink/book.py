"""The arrivals: the newest in memory, all of them with their raw bytes in the journal.

One delivery is one record of the journal, so a webhook with several alerts arrives whole or not
at all.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable

from seatrial.daemons.shared.journal import Journal, Place
from seatrial.daemons.sink.arrival import Arrival, Channel, Parts

KEPT = 10_000  # arrivals in memory, about 10 MB


class Book:
    """Records deliveries and finds them again."""

    def __init__(self, journal: Journal, *, kept: int = KEPT) -> None:
        self.journal = journal
        self.unreadable = 0  # records of another form, skipped at the start
        # The newest `at` that is only in the journal: a question about earlier ones is partial.
        self.forgotten_until: float | None = None
        self._kept = kept
        self._arrivals: OrderedDict[str, tuple[Arrival, Place]] = OrderedDict()
        self._last_id = 0
        self._lock = asyncio.Lock()
        for place, record in journal.records():
            try:
                arrivals = [Arrival.from_json(found) for found in record["arrivals"]]
                self._keep(arrivals, place)
            except (KeyError, TypeError, ValueError):
                self.unreadable += 1
        self.unreadable += journal.unreadable_lines

    async def record(
        self,
        *,
        at: float,
        channel: Channel,
        receiver: str,
        parts: Iterable[Parts],
        raw: bytes,
        address: str = "",
    ) -> list[Arrival]:
        """Keep one delivery; returns when the disk has it.

        Raises OSError when the disk cannot take it; then it did not arrive.
        """
        digest = hashlib.sha256(raw).hexdigest()
        async with self._lock:
            arrivals = [
                Arrival(
                    id=str(self._last_id + number),
                    at=at,
                    channel=channel,
                    receiver=receiver,
                    status=part.status,
                    alertname=part.labels.get("alertname", ""),
                    labels=part.labels,
                    summary=part.summary,
                    valid=not part.faults,
                    faults=part.faults,
                    raw_sha256=digest,
                    address=address,
                )
                for number, part in enumerate(parts, start=1)
            ]
            record = {
                "arrivals": [arrival.to_json() for arrival in arrivals],
                "raw": base64.b64encode(raw).decode(),
            }
            # In a thread: a slow disk must not hold up the stamp of the next delivery.
            place = await asyncio.to_thread(self.journal.append, record)
            self._keep(arrivals, place)
        return arrivals

    def find(self, wanted: Callable[[Arrival], bool]) -> list[Arrival]:
        """Give the arrivals in memory that are wanted, oldest first by id."""
        return [arrival for arrival, _ in self._arrivals.values() if wanted(arrival)]

    def raw(self, arrival_id: str) -> bytes | None:
        """Give the bytes as they came in, None for an id that is not in memory."""
        kept = self._arrivals.get(arrival_id)
        if kept is None:
            return None
        return base64.b64decode(self.journal.read(kept[1])["raw"])

    def _keep(self, arrivals: Iterable[Arrival], place: Place) -> None:
        for arrival in arrivals:
            self._last_id = max(self._last_id, int(arrival.id))
            self._arrivals[arrival.id] = (arrival, place)
        while len(self._arrivals) > self._kept:
            _, (oldest, _) = self._arrivals.popitem(last=False)
            self.forgotten_until = max(oldest.at, self.forgotten_until or oldest.at)
