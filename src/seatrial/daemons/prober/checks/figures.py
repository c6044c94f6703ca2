"""The checks' metrics: a few series a check, because there may be thousands of them.

`check_up` is absent while nothing is known, a certificate's end until one was seen, and an outcome
but `ok` until it came once: what is judged is `check_up`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary

from seatrial.daemons.prober.checks.model import Check, Seen
from seatrial.daemons.prober.checks.reasons import NETWORK, Reason
from seatrial.daemons.prober.figures import Sight

_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One check's own series: `end` takes what it saw and how many seconds that took."""

    end: Callable[[Seen, float], None]
    missed: Callable[[int], None]
    remove: Callable[[], None]


class CheckFigures:
    """All series of checks; their labels come from the plan and from a fixed list."""

    def __init__(self, registry: CollectorRegistry, sight: Sight) -> None:
        self._sight = sight
        self.runs = Counter(
            "check_runs",
            "Checks that ended, by how: ok, unknown (could not be asked), or why not.",
            ("check", "outcome"),
            registry=registry,
        )
        self.up = Gauge(
            "check_up",
            "1 when the last check was ok, 0 when it was not; absent while that is not known.",
            ("check",),
            registry=registry,
        )
        self.took = Summary(
            "check_duration_seconds",
            "How long checks took.",
            ("check",),
            registry=registry,
        )
        self.missed = Counter(
            "check_missed",
            "Checks that were not begun, because the prober stood still when they were due.",
            ("check",),
            registry=registry,
        )
        self.ends = Gauge(
            "check_certificate_expiry_timestamp_seconds",
            "When the certificate ends, trusted or not, in seconds since 1970.",
            ("check",),
            registry=registry,
        )
        self.lag = Histogram(
            "check_schedule_lag_seconds",
            "How long after they were due checks began.",
            buckets=_LAGS,
            registry=registry,
        )

    def of(self, check: Check) -> Series:
        """Make a check's series exist; they are bound once, so that a check costs no look-up."""
        name = check.name
        runs = {Reason.OK: self.runs.labels(name, Reason.OK.value)}
        took, missed = self.took.labels(name), self.missed.labels(name)

        def end(seen: Seen, seconds: float) -> None:
            if seen.reason not in runs:
                runs[seen.reason] = self.runs.labels(name, seen.reason.value)
            runs[seen.reason].inc()
            if seen.ends is not None:
                self.ends.labels(name).set(seen.ends)
            if seen.reason is Reason.UNKNOWN:
                self._forget(self.up, name)
                return
            took.observe(seconds)
            good = seen.reason is Reason.OK
            self.up.labels(name).set(1 if good else 0)
            self._sight.ended(answered=seen.reason not in NETWORK, good=good)

        def remove() -> None:
            for each in runs:
                self._forget(self.runs, name, each.value)
            for metric in (self.up, self.took, self.missed, self.ends):
                self._forget(metric, name)

        return Series(end=end, missed=missed.inc, remove=remove)

    @staticmethod
    def _forget(metric: Counter | Gauge | Summary, *labels: str) -> None:
        try:
            metric.remove(*labels)
        except KeyError:
            return  # it was never there
