"""The prober's metrics. Every series of a planned journey exists from the start, at 0."""

from __future__ import annotations

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from seatrial.daemons.prober.plan import Journey

Outcome = Literal["ok", "failed", "timeout", "refused", "unexpected"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "failed", "timeout", "refused", "unexpected")
# Of a run whose network let nothing through; a timeout may also be the system's own.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10)


def _last(what: str, how: str, registry: CollectorRegistry) -> Gauge:
    """An instant, not a counter: one scrape tells it, where a rate needs two."""
    return Gauge(
        f"journey_last_{what}_timestamp_seconds",
        f"When a run {how}, in seconds since 1970; 0 before the first.",
        ("journey",),
        registry=registry,
    )


class Sight:
    """Whether this prober sees anything at all, of journeys and checks together.

    One that is cut off ends runs to which nobody answered; the others tell that it was not the
    system.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter("prober_ended", "Runs and checks that ended.", registry=registry)
        self._answered = Counter(
            "prober_answered",
            "Those of them to which anybody answered, well or not.",
            registry=registry,
        )
        self._good = Counter("prober_succeeded", "Those of them that were ok.", registry=registry)

    def ended(self, *, answered: bool, good: bool) -> None:
        """Count one."""
        self._ended.inc()
        if answered:
            self._answered.inc()
        if good:
            self._good.inc()


class Figures:
    """All series; labels come from the plan only, so their number is bounded."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.sight = Sight(registry)
        self.requests = Counter(
            "journey_requests",
            "Runs of a journey: ok, failed (5xx, broken off, or not started), timeout, refused "
            "(no connection), unexpected (answered, but not as declared).",
            ("journey", "outcome"),
            registry=registry,
        )
        self.succeeded = _last("success", "was last ok", registry)
        self.failed = _last("failure", "last ended otherwise than ok", registry)
        self.duration = Histogram(
            "journey_duration_seconds",
            "From the scheduled start to the end of runs that were ok or took too long.",
            ("journey",),
            buckets=BUCKETS,
            registry=registry,
        )
        self.steps = Counter(
            "journey_steps",
            "Steps by outcome.",
            ("journey", "step", "outcome"),
            registry=registry,
        )
        self.in_flight = Gauge(
            "journey_in_flight",
            "Runs under way.",
            ("journey",),
            registry=registry,
        )
        self.not_started = Counter(
            "journey_not_started",
            "Runs that were due while max_in_flight were under way; also counted as failed.",
            ("journey",),
            registry=registry,
        )
        self.unknown = Counter(
            "journey_unknown",
            "Runs that nobody could walk: the browser is not there or ended. Counted nowhere else.",
            ("journey",),
            registry=registry,
        )
        self.blind = Counter(
            "journey_blind_seconds",
            "Time in which the prober itself stood still and saw nothing.",
            ("journey",),
            registry=registry,
        )
        self.factor = Gauge(
            "journey_rate_factor",
            "What the planned rate is multiplied by.",
            ("journey",),
            registry=registry,
        )
        self.plan_ok = Gauge(
            "prober_plan_ok",
            "1 when the plan was last read without an error.",
            registry=registry,
        )

    def begin(self, journey: Journey) -> None:
        """Make the journey's series exist."""
        for outcome in OUTCOMES:
            self.requests.labels(journey.name, outcome)
            for step in (*journey.walked, *journey.cleanup):
                self.steps.labels(journey.name, step.name, outcome)
        for metric in (self.succeeded, self.failed, self.duration, self.not_started, self.blind):
            metric.labels(journey.name)
        if journey.acts:
            self.unknown.labels(journey.name)
        self.in_flight.labels(journey.name).set(0)
        self.factor.labels(journey.name).set(1)
