"""The log store as the keeper sees it: it takes requests, and has one life after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from seatrial.daemons.keeper.spool import Kept
from seatrial.daemons.shared.asking import LateError, NoAnswerError, ask

_SEND_S = 30.0
_LOOK_S = 3.0
_EXTRA = "VL-Extra-Fields"  # fields that VictoriaLogs adds to each line of a request
_ARRIVED = "arrived"
_STARTED = re.compile(rb"^process_start_time_seconds (\S+)$", re.MULTILINE)


class StoreAwayError(Exception):
    """The store does not answer; the text says how."""


class Store:
    """One store at `url` (without a path); nothing is asked yet."""

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        """`clock` gives seconds since the epoch."""
        self._url = url.rstrip("/")
        self._clock = clock
        self._refusals = 0

    async def send(self, kept: Kept) -> tuple[int, bytes]:
        """Send a request; its answer's status and body. Raises StoreAwayError.

        Each of its lines is given the field `arrived`: the second at which the store had it. Its
        own instant may be long ago, and who looks at the last minute would never see it.
        """
        headers = {**kept.headers, _EXTRA: f"{_ARRIVED}={int(self._clock())}"}
        return await self._ask("POST", kept.path, _SEND_S, kept.body, headers)

    async def life(self) -> str:
        """What differs from one life of the store to the next. Raises StoreAwayError.

        It tells its start in whole seconds, so that it may have begun anew within one. Then it has
        refused a connection in between, or has cut one off.
        """
        _, body = await self._ask("GET", "/metrics", _LOOK_S, b"", {})
        found = _STARTED.search(body)
        started = found.group(1).decode() if found else ""
        return f"{started}/{self._refusals}"

    async def _ask(
        self, method: str, path: str, seconds: float, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        url, given = f"{self._url}{path}", [(k.encode(), v.encode()) for k, v in headers.items()]
        try:
            answer = await ask(method, url, body=body, headers=given, within=seconds)
        except NoAnswerError as error:
            self._refusals += not isinstance(error, LateError)
            raise StoreAwayError(str(error)) from error
        return answer.status, answer.body
