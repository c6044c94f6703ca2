"""Seals what is due, by the clock or when it is told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.figures import OPENING, Figures
from seatrial.daemons.sealer import bundle, content
from seatrial.daemons.sealer.folder import Bundle, Folder, due, newest, outdated
from seatrial.daemons.sealer.plan import Plan
from seatrial.daemons.shared.log import Log

TICK = 15.0  # seconds between two looks
KIND = "full"
_RETRY = 300.0  # seconds after one that failed


class SealError(Exception):
    """Nothing could be sealed; the text says why."""


class Keeper:
    """The one who does it; one thing at a time."""

    def __init__(
        self,
        plan: Plan,
        figures: Figures,
        log: Log,
        version: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is done yet."""
        self._plan, self._figures, self._log = plan, figures, log
        self._version, self._clock = version, clock
        self._folder = Folder(plan.repository)
        self._one = asyncio.Lock()
        self._failed = float("-inf")
        self._error = ""

    async def tidy(self) -> None:
        """Begin with a folder in which nothing is half done. Raises OSError."""
        await asyncio.to_thread(self._folder.tidy)

    async def keep_time(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Seal what is due, for ever; look at what is there between."""
        while True:
            await self.tick()
            await sleep(TICK)

    async def tick(self) -> None:
        """Look, and seal what is due. Whatever fails is told, and tried again."""
        async with self._one:
            try:
                held = await self._looked()
                found = await self._content()
            except (OSError, ValueError) as error:
                self._unseen(error)
                return
            why = due(held, found.digest, self._plan.every, self._clock())
            if why and self._clock() - self._failed >= _RETRY:
                with suppress(SealError):  # counted, said and tried again
                    await self._sealed(found, why)

    async def seal(self) -> Bundle:
        """Seal now. Raises SealError."""
        async with self._one:
            try:
                found = await self._content()
            except (OSError, ValueError) as error:
                raise self._failure(error) from error
            return await self._sealed(found, "it was ordered")

    async def newest(self) -> tuple[Bundle, Path] | None:
        """The newest that is whole, and its file. Raises OSError."""
        found = newest(await asyncio.to_thread(self._folder.held))
        return (found, self._folder.file(found.label)) if found is not None else None

    async def told(self) -> dict[str, Any]:
        """What is held, and whether that is what it should be. Raises OSError."""
        held = await asyncio.to_thread(self._folder.held)
        try:
            found = await self._content()
            lacking = due(held, found.digest, self._plan.every, self._clock())
        except (OSError, ValueError) as error:
            lacking = str(error)
        return {"bundles": [asdict(each) for each in held], "due": lacking, "error": self._error}

    async def _content(self) -> content.Content:
        return await asyncio.to_thread(content.read, self._plan.described, self._plan.secrets)

    async def _looked(self) -> tuple[Bundle, ...]:
        held = await asyncio.to_thread(self._folder.held)
        self._figures.held(map(_as_backup, held))
        return held

    async def _sealed(self, found: content.Content, why: str) -> Bundle:
        made, began = self._clock(), time.monotonic()
        try:
            sealed = await asyncio.to_thread(self._made, found, made)
            took = time.monotonic() - began
            kept = await asyncio.to_thread(self._folder.keep, found.digest, made, took, sealed)
            for each in outdated(await asyncio.to_thread(self._folder.held), self._plan.keep, made):
                await asyncio.to_thread(self._folder.remove, each)
            await self._looked()
        except (OSError, ValueError) as error:
            raise self._failure(error) from error
        self._failed, self._error = float("-inf"), ""
        self._log.info("sealed", label=kept.label, why=why, bytes=kept.size)
        return kept

    def _made(self, found: content.Content, made: float) -> bytes:
        return bundle.sealed(bundle.packed(found, made, self._version), self._plan.recipients)

    def _failure(self, error: Exception) -> SealError:
        self._failed, self._error = self._clock(), str(error)
        self._figures.failures.labels(KIND).inc()
        self._log.fault("sealed", fault=str(error))
        return SealError(str(error))

    def _unseen(self, error: Exception) -> None:
        self._error = str(error)
        self._figures.held(None)
        self._figures.failures.labels(OPENING).inc()
        self._log.fault("look", fault=str(error))


def _as_backup(one: Bundle) -> Backup:
    """As every backup's figures are told."""
    return Backup(
        label=one.label,
        kind=KIND,
        began=one.made,
        ended=one.made + one.took,
        size=one.size,
        copied=one.size,
        stored=one.size,
        damaged=one.damaged,
    )
