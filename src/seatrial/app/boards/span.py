"""A range of time as an address writes it: Grafana's form, `now-6h` or milliseconds. Pure."""

import math
import re
from dataclasses import dataclass

_RELATIVE = re.compile(r"now(?:-(\d{1,6})([smhdw]))?")
_SIZES = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_POINTS = 240  # of a line: more cannot be told apart on a screen
_LEAST_STEP = 5.0
_LEAST, _MOST = 60.0, 400 * 86400.0
_SCRAPE = 15.0  # the slowest scrape that is the default


class Unreadable(ValueError):  # noqa: N818 - bad input, not a failure
    """What an address says is no range of time; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when, in seconds since the epoch; `moves` where it ends now.

    `written` is how the address says it: from, to.
    """

    start: float
    end: float
    written: tuple[str, str]

    @property
    def moves(self) -> bool:
        """Whether it ends now, and will be another in a moment."""
        return self.written[1] == "now"

    @property
    def step(self) -> float:
        """Seconds between two points."""
        return max(_LEAST_STEP, math.ceil((self.end - self.start) / _POINTS / 5) * 5)

    @property
    def instants(self) -> tuple[float, ...]:
        """The points: multiples of the step, so that a line does not change as time goes on."""
        step = self.step
        first = math.ceil(self.start / step)
        return tuple(each * step for each in range(first, math.floor(self.end / step) + 1))

    @property
    def window(self) -> str:
        """What rates are taken over: a minute, or so much that nothing between points is lost."""
        return f"{max(60.0, self.step + _SCRAPE):.0f}s"

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return f"from={self.written[0]}&to={self.written[1]}"


def read(start: str, end: str, now: float) -> Span:
    """The range between two instants as they are written. Raises Unreadable."""
    first, last = _instant(start, now), min(_instant(end, now), now)
    if not _LEAST <= last - first <= _MOST:
        raise Unreadable(f"from {start} to {end} is no range of one minute to 400 days")
    return Span(start=first, end=last, written=(start, end))


def _instant(text: str, now: float) -> float:
    relative = _RELATIVE.fullmatch(text)
    if relative is not None:
        number, unit = relative.groups()
        return now - (int(number) * _SIZES[unit] if number else 0.0)
    if re.fullmatch(r"\d{10,14}", text):
        return int(text) / 1000
    raise Unreadable(f"{text!r} is no instant: write now-1h, or milliseconds since 1970")
