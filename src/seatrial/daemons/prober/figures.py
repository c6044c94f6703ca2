"""The prober's metrics. Every series of a planned journey exists from the start, at 0."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Generic, Literal, Self, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import Metric as Family

from seatrial.daemons.prober.plan import Journey

Outcome = Literal["ok", "failed", "timeout", "refused", "unexpected"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "failed", "timeout", "refused", "unexpected")
# Of a run whose network let nothing through; a timeout may also be the system's own.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10)
Metric = TypeVar("Metric", Counter, Gauge, Histogram)


class _Told(Generic[Metric]):
    """A metric of journeys, each series with where its runs come in, `entry`.

    The metric has the label `entry` behind `journey`. Where there is one way in, it is not shown.
    """

    def __init__(self, metric: Metric, entry: str = "") -> None:
        self._metric: Metric = metric
        self._entry = entry

    def labels(self, journey: str, *others: str) -> Metric:
        """The series of this journey at this entry."""
        found: Metric = self._metric.labels(journey, self._entry, *others)
        return found

    def at(self, entry: str) -> _Told[Metric]:
        """The same metric for another entry."""
        return _Told(self._metric, entry)

    def describe(self) -> Iterable[Family]:
        """As the registry asks it."""
        return self._metric.describe()

    def collect(self) -> Iterable[Family]:
        """As the registry asks it; without the label of the only way in."""
        for family in self._metric.collect():
            family.samples = [each._replace(labels=_shown(each.labels)) for each in family.samples]
            yield family


def _shown(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: each for name, each in labels.items() if each or name != "entry"}


def _counter(name: str, text: str, *labels: str) -> _Told[Counter]:
    return _Told(Counter(name, text, ("journey", "entry", *labels), registry=None))


def _gauge(name: str, text: str) -> _Told[Gauge]:
    return _Told(Gauge(name, text, ("journey", "entry"), registry=None))


def _last(what: str, how: str) -> _Told[Gauge]:
    """An instant, not a counter: one scrape tells it, where a rate needs two."""
    text = f"When a run {how}, in seconds since 1970; 0 before the first."
    return _gauge(f"journey_last_{what}_timestamp_seconds", text)


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
        self.requests = _counter(
            "journey_requests",
            "Runs of a journey: ok, failed (5xx, broken off, or not started), timeout, refused "
            "(no connection), unexpected (answered, but not as declared).",
            "outcome",
        )
        self.succeeded = _last("success", "was last ok")
        self.failed = _last("failure", "last ended otherwise than ok")
        self.duration = _Told(
            Histogram(
                "journey_duration_seconds",
                "From the scheduled start to the end of runs that were ok or took too long.",
                ("journey", "entry"),
                buckets=BUCKETS,
                registry=None,
            )
        )
        self.steps = _counter("journey_steps", "Steps by outcome.", "step", "outcome")
        self.in_flight = _gauge("journey_in_flight", "Runs under way.")
        self.not_started = _counter(
            "journey_not_started",
            "Runs that were due while max_in_flight were under way; also counted as failed.",
        )
        self.unknown = _counter(
            "journey_unknown",
            "Runs that nobody could walk: the browser is not there or ended. Counted nowhere else.",
        )
        self.blind = _counter(
            "journey_blind_seconds", "Time in which the prober itself stood still and saw nothing."
        )
        self.factor = _gauge("journey_rate_factor", "What the planned rate is multiplied by.")
        self.maintenance = _gauge(
            "journey_maintenance",
            "1 while maintenance of it was announced: it is not walked, and no run counts.",
        )
        for each in list(vars(self).values()):
            if isinstance(each, _Told):
                registry.register(each)
        self.plan_ok = Gauge(
            "prober_plan_ok",
            "1 when the plan was last read without an error.",
            registry=registry,
        )

    def at(self, entry: str) -> Self:
        """The same figures for journeys that come in there."""
        found = copy.copy(self)
        for name, each in vars(self).items():
            if isinstance(each, _Told):
                setattr(found, name, each.at(entry))
        return found

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
        self.maintenance.labels(journey.name).set(0)
