"""Which requests are still needed: kept until the store has lived on for long enough."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.keeper.spool import Kept, Spool
from seatrial.daemons.keeper.store import StoreAwayError
from seatrial.daemons.shared.log import Log

HOLD_S = 10.0  # the store writes to disk within a second; a busy machine may take some more
LOOK_S = 1.0
_REFUSED = 300
_FAULT = 500  # from here on the fault is the store's, and not the request's
_SHOWN = 200  # bytes of an answer that are told
_UNKNOWN = ""  # an earlier life of the keeper: what it kept may or may not be stored


class Takes(Protocol):
    """What the keeper needs of a store."""

    async def send(self, kept: Kept) -> tuple[int, bytes]:
        """Send a request; its answer's status and body. Raises StoreAwayError."""
        ...

    async def life(self) -> str:
        """What differs from one life of the store to the next. Raises StoreAwayError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request that the store said yes to, in which of its lives, and when (monotonic)."""

    file: Path
    life: str
    at: float


class Keeper:
    """Passes requests on, and remembers them for a while."""

    def __init__(
        self,
        *,
        spool: Spool,
        store: Takes,
        log: Log,
        clock: Callable[[], float],
        registry: CollectorRegistry,
    ) -> None:
        self._spool, self._store, self._log, self._clock = spool, store, log, clock
        self._life = _UNKNOWN
        self._sent = [Sent(file=each, life=_UNKNOWN, at=clock()) for each in spool.left()]
        self._requests = Counter(
            "keeper_requests", "Requests by outcome.", ("outcome",), registry=registry
        )
        self._repeated = Counter(
            "keeper_repeated", "Requests that were sent again.", registry=registry
        )
        Gauge("keeper_kept_requests", "Requests on disk.", registry=registry).set_function(
            lambda: len(self._sent)
        )
        for outcome in ("taken", "refused", "away", "full"):
            self._requests.labels(outcome)

    @property
    def unready(self) -> str:
        """Why nothing can be passed on now, or empty."""
        return "" if self._life else "the store has not answered yet"

    async def take(self, kept: Kept) -> tuple[int, bytes]:
        """Pass a request on; it is on disk before. Raises StoreAwayError, OSError."""
        if not self._life:
            self._requests.labels("away").inc()
            raise StoreAwayError(self.unready)
        life = self._life
        try:
            file = self._spool.put(kept)
        except OSError:
            self._requests.labels("full").inc()
            raise
        try:
            status, body = await self._sent_on(kept)
        except BaseException:  # whoever sent it is not told yes, and sends it again
            self._spool.drop(file)
            self._requests.labels("away").inc()
            raise
        if status >= _REFUSED:
            self._spool.drop(file)
            self._requests.labels("refused").inc()
            self._log.fault("refused", status=status, answer=_shown(body))
        else:
            self._sent.append(Sent(file=file, life=life, at=self._clock()))
            self._requests.labels("taken").inc()
        return status, body

    async def _sent_on(self, kept: Kept) -> tuple[int, bytes]:
        """The store's answer. Raises StoreAwayError, also where the fault is the store's own."""
        status, body = await self._store.send(kept)
        if status >= _FAULT:
            raise StoreAwayError(f"it answered {status}: {_shown(body)}")
        return status, body

    async def look(self) -> None:
        """See whether the store still lives the same life; forget or repeat accordingly."""
        try:
            self._life = await self._store.life()
        except StoreAwayError:
            return
        now = self._clock()
        for each in tuple(self._sent):
            if each.life != self._life:
                await self._again(each)
            elif now - each.at >= HOLD_S:
                self._spool.drop(each.file)
                self._sent.remove(each)

    async def _again(self, sent: Sent) -> None:
        life = self._life
        try:
            status, _ = await self._store.send(self._spool.read(sent.file))
        except StoreAwayError:
            return
        except (OSError, ValueError) as error:  # somebody has been at the folder
            self._log.fault("lost", file=sent.file.name, fault=str(error))
            self._sent.remove(sent)
            return
        if status < _REFUSED:
            self._repeated.inc()
            self._sent[self._sent.index(sent)] = replace(sent, life=life, at=self._clock())

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await sleep(LOOK_S)


def _shown(body: bytes) -> str:
    return body[:_SHOWN].decode(errors="replace")
