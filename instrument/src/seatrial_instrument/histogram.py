"""Rate, errors and duration in one histogram, of which the number of series is bounded.

Names, labels and buckets: OpenTelemetry's semantic conventions, as Prometheus writes them.
"""

import threading
import time
from bisect import bisect_left
from collections.abc import Sequence

from seatrial_instrument import forks
from seatrial_instrument.span import Span

# Seconds; those of the semantic conventions for HTTP, and finer ones for stores.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
STORE_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
OTHER = "other"
_MOST_VALUES = 100
_MOST_SERIES = 1000

LEAD_SECONDS = 120.0
Exemplar = tuple[str, str, float, float]  # trace id, span id, seconds, Unix time


def _better(trace: str, known: Exemplar, now: float) -> bool:
    """Whether an exemplar of that trace should take the place of the known one.

    Who keeps a share of all traces keeps those with the highest ids, by the last 56 bits, if it
    samples consistently: of two, the higher one is the one that can be looked at. What is known
    loses its lead over LEAD_SECONDS, so that there is always a recent one.
    """
    return _rank(trace) >= _rank(known[0]) - (now - known[3]) / LEAD_SECONDS


def _rank(trace: str) -> float:
    """From 0 to 1 (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling)."""
    return int(trace[18:], 16) / 2**56


class Series:
    """One set of labels: observations by bucket, their sum, a sampled one of each.

    `overflow`: the labels are not those that were asked for, because there are too many.
    """

    __slots__ = ("counts", "exemplars", "labels", "lock", "overflow", "sum")

    def __init__(self, labels: tuple[str, ...], buckets: int, *, overflow: bool) -> None:
        self.labels = labels
        self.overflow = overflow
        self.begin(buckets + 1)

    def begin(self, counts: int) -> None:
        """Empty it: at first, and in a forked child, where nothing has happened yet."""
        self.counts = [0] * counts
        self.exemplars: list[Exemplar | None] = [None] * counts
        self.sum = 0.0
        self.lock = threading.Lock()


class Histogram:
    """Durations in seconds by labels.

    A label takes `most_values` values, all of them together `most_series` sets: what comes later
    counts as `other`.
    """

    def __init__(
        self,
        name: str,
        text: str,
        labels: Sequence[str],
        *,
        buckets: Sequence[float] = BUCKETS,
        most_values: int = _MOST_VALUES,
        most_series: int = _MOST_SERIES,
    ) -> None:
        self.name = name
        self.text = text
        self.labels = tuple(labels)
        self.buckets = tuple(buckets)
        self._most_values = most_values
        self._most_series = most_series
        self._values: tuple[set[str], ...] = tuple(set() for _ in labels)
        self._series: dict[tuple[str, ...], Series] = {}
        self._lock = threading.Lock()
        forks.in_child(self, Histogram._forked)

    def series(self, labels: tuple[str, ...]) -> Series:
        """Where observations with these values go; kept by who observes often."""
        found = self._series.get(labels)
        return found if found is not None else self._made(labels)

    def observe(self, series: Series, seconds: float, span: Span | None) -> None:
        """Count one; a span that is recorded may become the bucket's exemplar."""
        at = bisect_left(self.buckets, seconds)
        with series.lock:
            series.counts[at] += 1
            series.sum += seconds
            if span is not None and span.sampled:
                now, known = time.time(), series.exemplars[at]
                if known is None or _better(span.trace_id, known, now):
                    series.exemplars[at] = (span.trace_id, span.span_id, seconds, now)

    def overflowed(self) -> int:
        """Observations that count as `other`."""
        return sum(sum(each.counts) for each in self.every() if each.overflow)

    def every(self) -> list[Series]:
        """All series, in the order in which they appeared."""
        with self._lock:
            return list(self._series.values())

    def _made(self, labels: tuple[str, ...]) -> Series:
        with self._lock:
            kept = tuple(map(self._admitted, self._values, labels))
            if kept not in self._series and len(self._series) >= self._most_series:
                kept = (OTHER,) * len(labels)
            found = self._series.get(kept)
            if found is None:
                found = Series(kept, len(self.buckets), overflow=kept != labels)
                self._series[kept] = found
            return found

    def _admitted(self, known: set[str], value: str) -> str:
        if value not in known:
            if len(known) >= self._most_values:
                return OTHER
            known.add(value)
        return value

    def _forked(self) -> None:
        self._lock = threading.Lock()
        for each in self._series.values():
            each.begin(len(each.counts))
