"""Readiness: do the stores answer? Liveness needs no check: a process that answers is alive."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from common.errors import DependencyDownError

log = logging.getLogger(__name__)


class Health:
    """Asks each dependency, and logs a change of state once."""

    def __init__(self, checks: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._checks = checks
        self._last: dict[str, str] = {}

    async def reasons(self) -> dict[str, str]:
        """Why it is not ready, by dependency; empty when all is well. Never raises."""
        answers = await asyncio.gather(*map(_reason, self._checks.values()))
        now = {name: why for name, why in zip(self._checks, answers, strict=True) if why}
        for name in now.keys() - self._last.keys():
            log.error("not ready", extra={"fields": {"dependency": name, "reason": now[name]}})
        for name in self._last.keys() - now.keys():
            log.info("ready again", extra={"fields": {"dependency": name}})
        self._last = now
        return now


async def _reason(check: Callable[[], Awaitable[None]]) -> str | None:
    try:
        await check()
    except DependencyDownError as error:
        return error.reason
    return None
