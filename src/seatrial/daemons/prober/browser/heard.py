"""What a page says while a run is on it: answers, errors of its own, dialogs, that it fell."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from playwright.async_api import ConsoleMessage, Dialog, Error, Page, Request, Response

from seatrial.daemons.prober.browser.faults import first_line, masked
from seatrial.daemons.prober.browser.pattern import shown

_KEPT = 5  # lines of each kind
_ERROR = 400  # RFC 9110, section 15: from here on it is none that users want
_SERVER_ERROR = 500


class Heard:
    """One page's events, bounded."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.answered = False
        self.bad: tuple[int, str] | None = None  # the last page's status, where it is an error
        self.moved = False  # whether the step led to another page, come or not
        self._lines: deque[str] = deque(maxlen=_KEPT)
        self._dialogs: deque[str] = deque(maxlen=_KEPT)
        self._waiting: set[Request] = set()
        self._arrived = asyncio.Event()
        self.fallen = asyncio.Event()
        page.on("response", self._response)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._lines.append(first_line(str(error))))
        page.on("dialog", self._dialog)
        page.on("crash", lambda _: self.fallen.set())

    def forget(self) -> None:
        """A step begins: what pages answered before it was judged there."""
        self.bad = None
        self.moved = False

    async def settled(self) -> None:
        """Wait until every page that is asked for has begun to come, or failed."""
        while self._waiting:
            self._arrived.clear()
            await self._arrived.wait()

    def told(self, secrets: Iterable[str]) -> dict[str, Any]:
        """What helps whoever reads of a failure, without what was filled in as a secret."""
        url = "" if self._page.is_closed() else shown(self._page.url)
        found: dict[str, Any] = {"page": masked(url, secrets)}
        for name, lines in (("console", self._lines), ("dialogs", self._dialogs)):
            if lines:
                found[name] = [masked(each, secrets) for each in lines]
        return found

    def _leads(self, request: Request) -> bool:
        """Whether it is for the page itself, not for something on it."""
        with suppress(Error):  # a service worker's has no frame
            return request.is_navigation_request() and request.frame == self._page.main_frame
        return False

    def _request(self, request: Request) -> None:
        if self._leads(request):
            self._waiting.add(request)
            self.moved = True

    def _over(self, request: Request) -> None:
        self._waiting.discard(request)
        self._arrived.set()

    def _failed(self, request: Request) -> None:
        self._over(request)

    def _response(self, response: Response) -> None:
        self.answered = True
        request = response.request
        if self._leads(request):
            self._over(request)
            status = response.status
            self.bad = (status, shown(response.url)) if status >= _ERROR else None

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._lines.append(first_line(message.text))

    async def _dialog(self, dialog: Dialog) -> None:
        """Nobody sits there: it is closed as with Escape, and told."""
        self._dialogs.append(f"{dialog.type}: {first_line(dialog.message)}")
        with suppress(Error):
            await dialog.dismiss()

    @property
    def fault(self) -> tuple[str, str]:
        """Outcome and sentence of a page that came as an error; two empty ones for none."""
        if self.bad is None:
            return "", ""
        status, url = self.bad
        outcome = "failed" if status >= _SERVER_ERROR else "unexpected"
        return outcome, f"{url} answered {status}"
