"""Takes pages and shows them, and counts what it takes and refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.intake.page import PageError, read
from seatrial.daemons.intake.places import Page, Places
from seatrial.daemons.shared.log import Log

NOBODY = ""  # the label of who did not show a place's token: names that are made up are no series
MOST_REFUSED = 20  # a second, of those without a token; more are not even looked at
_STATUS = {
    "taken": 204,
    "too often": 429,
    "late": 409,
    "another": 409,
    "unreadable": 400,
    "refused": 401,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came: of which start of which prober, which page of it, and its text."""

    start: str
    number: int
    text: str
    stand_in: bool = False


class Desk:
    """One for all places."""

    def __init__(
        self,
        places: Places,
        registry: CollectorRegistry,
        log: Log,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = places
        self._log, self._steady = log, steady
        self._second, self._refused = 0, 0
        self._pages = Counter(
            "intake_pages",
            "Pages that places sent: taken, too often, late (a newer one was here), "
            "another (somebody else sends as this place), unreadable, "
            "refused (no token of a place; its place is empty), overrun (too many refused).",
            ("place", "outcome"),
            registry=registry,
        )
        self._series = Gauge(
            "intake_series", "Series of a place's newest page.", ("place",), registry=registry
        )
        for name in places.digests:
            self._pages.labels(name, "taken")
        self._pages.labels(NOBODY, "refused")

    def admits(self, place: str, token: str) -> tuple[int, str]:
        """Status 0 when the token is the place's, else what is answered and a sentence."""
        second = int(self._steady())
        if second != self._second:
            self._second, self._refused = second, 0
        if self._refused >= MOST_REFUSED:
            self._pages.labels(NOBODY, "overrun").inc()
            return 429, "too many were refused in this second"
        if self.places.admits(place, token):
            return 0, ""
        self._refused += 1
        self._pages.labels(NOBODY, "refused").inc()
        if self._refused == 1:  # who tries a thousand is one line a second
            self._log.fault("refused", place=place[:80])
        return _STATUS["refused"], "no place shows this token"

    def take(self, place: str, sent: Sent) -> tuple[int, str]:
        """Take a page of a place that showed its token; the status and a sentence."""
        page = Page(
            text="",
            series=0,
            at=self._steady(),
            start=sent.start,
            number=sent.number,
            stand_in=sent.stand_in,
        )
        outcome, said = self.places.refuses(place, page), ""
        if not outcome:
            try:
                shown, series = read(sent.text)
            except PageError as error:
                outcome, said = "unreadable", str(error)
            else:
                outcome = "taken"
                self.places.pages[place] = replace(page, text=shown, series=series)
                self._series.labels(place).set(series)
        self._pages.labels(place, outcome).inc()
        if said:
            self._log.fault("unreadable", place=place, fault=said)
        return _STATUS[outcome], said or outcome

    def too_large(self, place: str) -> None:
        """Count a page that is larger than any is taken."""
        self._pages.labels(place, "unreadable").inc()

    def shown(self, place: str) -> tuple[int, str]:
        """What is scraped of a place; 503 while nothing fresh is known of it."""
        if place not in self.places.digests:
            return 404, f"there is no place {place}\n"
        page = self.places.shown(place, self._steady())
        return (200, page.text) if page else (503, f"{place} was not heard from\n")
