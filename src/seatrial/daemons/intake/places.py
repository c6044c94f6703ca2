"""Who may send, and what of theirs is shown. Pure: clocks are arguments.

`{"places": {"office": ["its token"]}}` is the file. A place whose token is taken out of it, or
which is taken out itself, is refused from the next reading on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.daemons.shared.errors import StartError

FRESH_S = 12.0  # seconds after which a page is shown no more: two sendings and a scrape are lost
SPACING_S = 0.5  # between two pages of a place
_SHORTEST = 16  # characters of a token


class PlacesError(StartError):
    """The file cannot be used; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that was taken: when (monotonic seconds), of which start, and which one of it."""

    text: str
    series: int
    at: float
    start: str
    number: int
    stand_in: bool = False


@dataclass(slots=True, kw_only=True)
class Places:
    """The digests of each place's tokens, and its newest page."""

    digests: Mapping[str, tuple[bytes, ...]]
    pages: dict[str, Page] = field(default_factory=dict)

    def replace(self, digests: Mapping[str, tuple[bytes, ...]]) -> None:
        """Other tokens from now on; what a place that is gone had sent is gone, too."""
        self.digests = digests
        self.pages = {name: page for name, page in self.pages.items() if name in digests}

    def admits(self, place: str, token: str) -> bool:
        """Whether the token is the place's; takes as long for any that is not."""
        shown = digest(token)
        known = self.digests.get(place, ())
        # each is compared, and a place that is not there with something that nothing is equal to
        equal = [hmac.compare_digest(shown, each) for each in known or (b"\0" * 32,)]
        return any(equal)

    def refuses(self, place: str, page: Page) -> str:
        """Why a page is not taken: `too often`, `late`, `another`; "" when it is.

        Two that send as one place would set its counters back and forth: the first is listened to
        while it is fresh. A rehearsal's stand-in is no more once the real one was heard.
        """
        last = self.pages.get(place)
        if last is None or (last.stand_in and not page.stand_in):
            return ""
        if page.start != last.start:
            held = page.at - last.at <= FRESH_S or (page.stand_in and not last.stand_in)
            return "another" if held else ""
        if page.at - last.at < SPACING_S:
            return "too often"
        # one that was on its way while a newer one came would set counters back
        return "late" if page.number <= last.number else ""

    def shown(self, place: str, now: float) -> Page | None:
        """The place's page, while it is fresh."""
        page = self.pages.get(place)
        return page if page is not None and now - page.at <= FRESH_S else None


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def parse(text: str) -> Mapping[str, tuple[bytes, ...]]:
    """The digests of each place's tokens. Raises PlacesError, which names no token."""
    try:
        found = json.loads(text)["places"]
        told = {str(name): tuple(map(str, tokens)) for name, tokens in found.items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        message = f'places: {{"places": {{"office": ["TOKEN"]}}}} is wanted: {type(error).__name__}'
        raise PlacesError(message) from error
    for name, tokens in told.items():
        if any(len(each) < _SHORTEST for each in tokens):
            raise PlacesError(f"places.{name}: a token has at least {_SHORTEST} characters")
    return {name: tuple(digest(each) for each in tokens) for name, tokens in told.items()}
