"""Has the newest bundle in another region, too, and looks whether it is still what it was."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from seatrial.daemons.sealer.far import Far, SpoiledError
from seatrial.daemons.sealer.folder import Bundle, newest, outdated
from seatrial.daemons.sealer.keeper import TICK, Keeper
from seatrial.daemons.shared.bucket import FarError
from seatrial.daemons.shared.log import Log

_LOOK = 600.0  # seconds between two readings of the newest one there


class Shown(Collector):
    """What is shown of each place; what could not be seen when it was looked last has no value."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Nothing is known yet."""
        self.held: dict[str, tuple[Bundle, ...]] = {}
        self.failures = Counter(
            "backup_elsewhere_failures", "Tries that failed.", ("place",), registry=registry
        )
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """What is known, as Prometheus reads it."""
        last = GaugeMetricFamily(
            "backup_elsewhere_last_completed_timestamp_seconds",
            "When the newest bundle that lies there was sealed.",
            labels=("place",),
        )
        held = GaugeMetricFamily(
            "backup_elsewhere_held", "Bundles that lie there.", labels=("place",)
        )
        for place, found in self.held.items():
            held.add_metric((place,), len(found))
            if (one := newest(found)) is not None:
                last.add_metric((place,), one.made)
        yield last
        yield held


class Mirror:
    """The one who does it, for one place."""

    def __init__(
        self,
        far: Far,
        keeper: Keeper,
        shown: Shown,
        log: Log,
        *,
        keep: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is known yet; `keep` is in seconds."""
        self.far, self._keeper, self._shown, self._log = far, keeper, shown, log
        self._keep, self._clock = keep, clock
        self.region = far.place.region
        self._read = float("-inf")
        self._error = ""
        shown.failures.labels(self.region)

    async def keep_time(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Bring what is new, for ever."""
        while True:
            await self.tick()
            await sleep(TICK)

    async def tick(self) -> None:
        """Bring what is new. Whatever fails is counted and told, and tried again."""
        try:
            await self._brought()
            self._shown.held[self.region] = await self.far.held()
            self._error = ""
        except (FarError, OSError) as error:
            self._error, self._read = str(error), float("-inf")
            self._shown.held.pop(self.region, None)
            self._shown.failures.labels(self.region).inc()
            self._log.fault("elsewhere", fault=str(error), region=self.region)

    def told(self) -> dict[str, Any]:
        """Which is the newest there, as it was looked last, and what failed; or empty."""
        one = newest(self._shown.held.get(self.region, ()))
        return {"newest": one.label if one is not None else "", "error": self._error}

    async def newest(self) -> bytes | None:
        """The newest bundle there that is whole, read from there; None where none is.

        Raises FarError.
        """
        for one in reversed(await self.far.held()):
            with suppress(SpoiledError):
                return await self.far.fetch(one)
        return None

    async def _brought(self) -> None:
        """What is wrong there is written once more. Raises FarError and OSError."""
        here, there = await self._keeper.newest(), await self.far.held()
        last, now = newest(there), self._clock()
        if here is not None:
            one, file = here
            known = last is not None and last.label == one.label
            if not known or now - self._read >= _LOOK:
                if not known or not await self._whole(one):
                    await self.far.put(one, file.read_bytes())
                self._read = now
        for each in outdated(there, self._keep, now):
            await self.far.remove(each)

    async def _whole(self, one: Bundle) -> bool:
        try:
            await self.far.fetch(one)
        except SpoiledError as error:
            self._log.fault("elsewhere", fault=str(error), region=self.region)
            return False
        return True
