"""What one capability tells the others, so that none imports another.

A declaration never names an address: it speaks of workloads and ports, and is the same in every
environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial.contract.action import Answering
from seatrial.contract.board import Board, Drawn, Viewer
from seatrial.contract.output import Addition
from seatrial.contract.placement import Endpoint, Link, Placement, Seat
from seatrial.contract.procedure import Procedure
from seatrial.contract.variable import Variable


class Severity(StrEnum):
    """What an alert asks of a person: to come now, to look in working hours, or nothing."""

    PAGE = "page"
    TICKET = "ticket"
    INFO = "info"


class Tier(StrEnum):
    """The kind of promise behind an alert; each has its own timings."""

    OUTAGE = "outage"
    BURN = "burn"
    SATURATION = "saturation"
    PREDICTION = "prediction"
    META = "meta"  # the monitoring watches itself
    SECURITY = "security"  # somebody attacks


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeTarget:
    """Something whose metrics are collected.

    `subject` is what the figures are about (a service's or store's name); `workload` and `port`
    are where they are read. `through` (workload, port) is an exporter that is asked on its
    behalf, with `params`; then `probe` is what it is asked about: a URL path or "" for
    `host:port`, and without a `port` the host alone. `scheme` is how `port` is spoken to.
    Intervals are in seconds.
    """

    job: str
    subject: str
    kind: str
    workload: str
    port: str
    path: str = "/metrics"
    interval: float = 15.0
    timeout: float = 10.0
    through: tuple[str, str] | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    probe: str = ""
    scheme: str = "http"
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question that the probers ask from every region, again and again.

    It is asked of every replica of `workload` on `port`, or of `target` as it is written. `path`
    is HTTP's. `settings` are what its kind needs besides, as the prober's plan names them. `every`
    and `timeout` are in seconds.
    """

    name: str
    kind: str
    workload: str = ""
    port: str = ""
    path: str = ""
    target: str = ""
    every: float
    timeout: float
    settings: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesInput:
    """One input series of a rule test, in promtool's notation (`0+1x10`, `_x3`, `stale`)."""

    series: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """A generated promtool test: with these series the alert fires at one instant, not at another.

    Instants and the interval are in seconds. `labels` are the extra labels that the fired alert
    carries (beside the rule's own).
    """

    interval: float
    inputs: tuple[SeriesInput, ...]
    fires_at: float
    clear_at: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One alert: what it watches, who is asked to come, and the test that proves it.

    `hold` and `keep` are the rule's `for` and `keep_firing_for` in seconds. `interval` is the
    scrape interval of the series it reads and `window` how long after the fault its expression
    may still be false (a rate's range); both go into the worst case from fault to page.
    `language` is what `expr` is written in.
    """

    name: str
    expr: str
    tier: Tier
    severity: Severity
    subject: str
    owner: str
    summary: str
    description: str
    hold: float = 0.0
    keep: float = 0.0
    interval: float = 15.0
    window: float = 0.0
    labels: Mapping[str, str] = field(default_factory=dict)
    test: RuleTest | None = None
    language: str = "promql"


def about_itself(
    name: str,
    expr: str,
    texts: tuple[str, str],
    owner: str,
    subject: str,
    *,
    interval: float,
    test: RuleTest,
    hold: float = 0.0,
    window: float = 0.0,
) -> AlertRule:
    """A rule about the monitoring itself: a ticket. `texts` are its summary and description."""
    summary, description = texts
    return AlertRule(
        name=name,
        expr=expr,
        tier=Tier.META,
        severity=Severity.TICKET,
        subject=subject,
        owner=owner,
        summary=summary,
        description=description,
        hold=hold,
        interval=interval,
        window=window,
        test=test,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRule:
    """A precomputed series, named level:metric:operations."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules evaluated together, every `interval` seconds; an SLI sits beside its alert.

    `centre`: not in each region by its own Prometheus, but where the figures of all are.
    """

    name: str
    interval: float
    records: tuple[RecordingRule, ...] = ()
    alerts: tuple[AlertRule, ...] = ()
    centre: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """A workload that takes alerts from the rule evaluator."""

    workload: str
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Announced maintenance: what happens to its subjects meanwhile pages nobody, nor counts.

    `spans` are the times at which it holds, each its begin and its end in seconds since 1970, on
    whole minutes. `subjects` are the services, stores and journeys that it concerns; `whole`:
    everything, whatever they are.
    """

    name: str
    spans: tuple[tuple[float, float], ...]
    subjects: tuple[str, ...] = ()
    whole: bool = False

    def concerns(self, subject: str) -> bool:
        """Whether it is announced for this service, store or journey."""
        return self.whole or subject in self.subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A store whose own workload only leads to others, which hold its data.

    Who declares it renders them all. The store's workload has `ports` beside the store's own.
    `members` is the workload whose replicas hold the data; the one that takes writes is `primary`.
    With `regions`, home first, there is one in each of them, called as a service would be there.
    """

    store: str
    ports: Mapping[str, int]
    members: str
    primary: Answering
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A way to bring a service or store back, and the proof that says how long it takes.

    `figure` is that one's of the evidence of `expectation`, in seconds. `means` says how, in a
    clause. `lacks` says what the figure leaves out of the time until users have it back: then it
    is less than that time. Empty: nothing.
    """

    subject: str
    means: str
    expectation: str
    figure: str
    lacks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Somebody outside the teams who is told of a disaster: customers, management, an authority.

    What is posted as NOTICE for them goes to their own receiver, on each channel that is named, in
    the words that it was posted with, and must be there `within` so many seconds.
    """

    name: str
    chat: str = ""
    email: str = ""
    within: float = 3600.0

    @property
    def receiver(self) -> str:
        """What alerting calls its receiver: no team's, which end in a severity."""
        return f"audience-{self.name}-notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """A person in no team who is called when an exercise begins: by e-mail, which each has.

    What is posted as CALL for them goes to their own receiver, in the words that it was posted
    with.
    """

    name: str

    @property
    def receiver(self) -> str:
        """What alerting calls their receiver: no team's, which end in a severity."""
        return f"person-{self.name}-call"


NOTICE = "NoticeDrill"  # the alert that carries a notice; its `team` is the audience
CALL = "ExerciseDrill"  # the alert that calls a team, or a person; its `team` is either's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """Everything that capabilities have said, joined in the capabilities' order.

    `detections` are alerts that are not Prometheus's to evaluate: they are seen in the logs.
    `audiences` are told what is posted for them, `callees` called; `arrivals` is where a
    rehearsal's messages arrive: a workload and its port, ("", "") where they do not. `drawn` says
    where alerts' figures are drawn, `runbooks_at` what a runbook's address begins with.
    """

    seats: tuple[Seat, ...] = ()
    links: tuple[Link, ...] = ()
    targets: tuple[ScrapeTarget, ...] = ()
    groups: tuple[RuleGroup, ...] = ()
    notifiers: tuple[Notifier, ...] = ()
    detections: tuple[AlertRule, ...] = ()
    boards: tuple[Board, ...] = ()
    viewers: tuple[Viewer, ...] = ()
    drawn: Drawn = field(default_factory=dict, hash=False)
    runbooks_at: str = ""
    variables: tuple[Variable, ...] = ()
    checks: tuple[Check, ...] = ()
    windows: tuple[Window, ...] = ()
    additions: tuple[Addition, ...] = ()
    fronts: tuple[Front, ...] = ()
    recoveries: tuple[Recovery, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    audiences: tuple[Audience, ...] = ()
    callees: tuple[Callee, ...] = ()
    arrivals: tuple[str, str] = ("", "")

    def joined(self, other: "Declarations") -> "Declarations":
        """Both, this one's first."""
        return Declarations(
            seats=self.seats + other.seats,
            links=self.links + other.links,
            targets=self.targets + other.targets,
            groups=self.groups + other.groups,
            notifiers=self.notifiers + other.notifiers,
            detections=self.detections + other.detections,
            boards=self.boards + other.boards,
            viewers=self.viewers + other.viewers,
            drawn={**other.drawn, **self.drawn},
            runbooks_at=self.runbooks_at or other.runbooks_at,
            variables=self.variables + other.variables,
            checks=self.checks + other.checks,
            windows=self.windows + other.windows,
            additions=self.additions + other.additions,
            fronts=self.fronts + other.fronts,
            recoveries=self.recoveries + other.recoveries,
            procedures=self.procedures + other.procedures,
            audiences=self.audiences + other.audiences,
            callees=self.callees + other.callees,
            arrivals=self.arrivals if any(self.arrivals) else other.arrivals,
        )

    def told(self, placement: Placement, region: str) -> tuple[Endpoint, ...]:
        """Whoever takes alerts in a region: every replica, for each of a pair is told."""
        return tuple(
            location.endpoint(each.port)
            for each in self.notifiers
            for location in placement.of(each.workload)
            if location.region == region
        )

    def holder(self, store: str) -> tuple[str, int | Answering]:
        """Where a store's statements run: its workload, or a member, and which replica of it."""
        for each in self.fronts:
            if each.store == store:
                return each.members, each.primary
        return store, 0

    @property
    def alerts(self) -> tuple[AlertRule, ...]:
        """Every alert of every group, and every detection."""
        grouped = tuple(alert for group in self.groups for alert in group.alerts)
        return grouped + self.detections
