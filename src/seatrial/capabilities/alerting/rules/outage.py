"""Total outages: what must wake somebody within a minute.

Three failed scrapes in a row (`for` of at least twice the scrape interval) are an outage; fewer
are a blip. Two fast rules are needed for a service: a dead process leaves its ratio stale, so
that an error ratio never fires on death, and death never fires on errors.

A symptom waits longer than its cause (its `for` plus one scrape and one evaluation), so that the
cause is there in time to hold the symptom back.
"""

import math
from dataclasses import dataclass, replace

from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.declaration import (
    AlertRule,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.engines.prometheus import votes
from seatrial.system.model import Journey, Service, Store

SCRAPE = 5.0
EVALUATION = 5.0
ERROR_WINDOW = 20.0
JOURNEY_WINDOW = 15.0
JOURNEY_FAILING = "JourneyFailing"
_STEP = 5.0
_BEFORE = 10  # steps of a test before its bad spell


def symptom_hold(settings: Settings) -> float:
    """How long a symptom must last, in seconds, so that its cause fires first."""
    return settings.hold.seconds + SCRAPE + EVALUATION


def later_hold(settings: Settings) -> float:
    """How long the symptom of a symptom must last, in seconds.

    A store's death makes the api unready, and that makes the gateway unready: each waits for the
    one before it, one scrape and one evaluation longer.
    """
    return symptom_hold(settings) + 2 * (SCRAPE + EVALUATION)


def errors_hold(settings: Settings) -> float:
    """How long errors must last, in seconds: a service that says it is unready says it first."""
    return symptom_hold(settings) + SCRAPE + EVALUATION


def symptom_keep(settings: Settings) -> float:
    """How long a symptom keeps firing, in seconds: less than its cause.

    A cause that clears first would let go of a symptom that is merely being kept.
    """
    return settings.keep.seconds / 3


def service_down(name: str, service: Service, settings: Settings) -> AlertRule:
    """No replica answers its scrape; a rolling restart leaves one up and is silent."""
    nginx = service.metrics is not None and service.metrics.kind == "nginx"
    metric = "nginx_up" if nginx else "up"
    series = f'{metric}{{kind="service",service="{name}"}}'
    # an exporter that hangs on the service, or is gone, takes the service's own gauge with it
    scraped = f'up{{kind="service",service="{name}"}}'
    unseen = f" or sum by (region) ({scraped}) == 0" if nginx else ""
    return AlertRule(
        name="ServiceDown",
        expr=f"sum by (region) ({series}) == 0" + unseen,
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=service.owner or "",
        summary=f"{name} is down: no replica answers",
        description=f"All {service.scale.min} replicas of {name} failed three scrapes in a row.",
        hold=settings.hold.seconds,
        keep=settings.keep.seconds,
        interval=SCRAPE,
        test=_Spell(hold=settings.hold.seconds, keep=settings.keep.seconds).down(
            f'{metric}{{kind="service",service="{name}",replica="0",region="r"}}'
        ),
    )


def probe_failing(name: str, service: Service, settings: Settings, *, leans: bool) -> AlertRule:
    """No replica answers its readiness page, or takes a connection, when asked from outside.

    `leans`: it needs other services, whose unreadiness would explain its own.
    """
    series = f'probe_success{{kind="probe",service="{name}"}}'
    hold, keep = settings.hold.seconds, settings.keep.seconds
    if service.metrics is not None:
        # its own figures tell of its death; what is left is the symptom of what it needs
        hold = later_hold(settings) if leans else symptom_hold(settings)
        keep = symptom_keep(settings)
    return AlertRule(
        name="ProbeFailing",
        expr=f"max by (region) ({series}) == 0",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=service.owner or "",
        summary=f"{name} is not ready: no replica answers from outside",
        description="It may live, and says itself that it cannot work, or nobody can reach it.",
        hold=hold,
        keep=keep,
        interval=SCRAPE,
        test=_Spell(hold=hold, keep=keep).down(
            f'probe_success{{kind="probe",service="{name}",region="r"}}'
        ),
    )


def store_down(name: str, store: Store, up: str, settings: Settings) -> AlertRule:
    """The store's exporter cannot reach it, or hangs on it, or is gone: nobody can see it."""
    own = f'{up}{{kind="store",service="{name}"}}'
    scraped = f'up{{kind="store",service="{name}"}}'
    return AlertRule(
        name="StoreDown",
        expr=f"max by (region) ({own}) == 0 or max by (region) ({scraped}) == 0",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=store.owner or "",
        summary=f"{name} ({store.engine}) is down or cannot be seen",
        description=f"What needs {name} fails with it; its dependents' alerts are held back.",
        hold=settings.hold.seconds,
        keep=settings.keep.seconds,
        interval=SCRAPE,
        test=_Spell(hold=settings.hold.seconds, keep=settings.keep.seconds).down(
            f'{up}{{kind="store",service="{name}",region="r"}}'
        ),
    )


def service_errors(name: str, service: Service, settings: Settings) -> AlertRule | None:
    """More than half of the requests fail, of a number that means something.

    None where the service has no histogram of its requests.
    """
    spec = service.metrics
    if spec is None or spec.kind != "prometheus" or not spec.requests:
        return None
    count = f"{spec.requests}_count"
    every = f'{count}{{service="{name}"}}'
    failed = f'{count}{{service="{name}",{spec.status}=~"5.."}}'
    window = f"[{int(ERROR_WINDOW)}s]"
    tags = f'service="{name}",region="r",{spec.status}'
    return AlertRule(
        name="ServiceErrors",
        expr=(
            f"sum by (region) (rate({failed}{window})) / sum by (region) (rate({every}{window}))"
            f" > 0.5 and sum by (region) (increase({every}{window}))"
            f" >= {settings.minimum_requests}"
        ),
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=service.owner or "",
        summary=f"More than half of the requests to {name} fail",
        description="It answers 5xx: it lives, and something that it needs does not.",
        hold=errors_hold(settings),
        keep=symptom_keep(settings),
        interval=SCRAPE,
        window=ERROR_WINDOW / 2,
        test=_Spell(
            hold=errors_hold(settings), keep=symptom_keep(settings), window=ERROR_WINDOW
        ).failing(
            f'{count}{{{tags}="503"}}',
            f'{count}{{{tags}="200"}}',
            max(50, settings.minimum_requests),
        ),
    )


def journey_window(journey: Journey) -> float:
    """How many seconds of a journey's runs are looked at: those of four where runs are rare."""
    if journey.peak is None:
        return JOURNEY_WINDOW
    four = math.ceil(4 / journey.peak.per_second / _STEP) * _STEP
    return max(JOURNEY_WINDOW, four)


def journey_blind(journey: Journey) -> float:
    """How long after a fault, in seconds, its runs may still say nothing.

    A run that may wait has failed only after its longest time. Two must have: `increase` tells them
    as three, because it stretches what two scrapes show to its whole window.
    """
    window = journey_window(journey)
    if not journey.waits:
        return window
    pace = 1.0 if journey.peak is None else min(1.0, journey.peak.per_second)
    return max(window, journey.longest + math.ceil(2 / pace))


def journey_failing(
    name: str, journey: Journey, settings: Settings, voted: str = "", entry: str = ""
) -> AlertRule:
    """No run of a critical journey succeeds, whatever its services say of themselves.

    `voted`: the home region, where several look and a quorum of them must see it. `entry`: the
    region at whose own entry, where each has one: told as home's nevertheless, where what holds it
    back is told, too.
    """
    which = f'journey="{name}"' + (f',entry="{entry}"' if entry else "")
    total = f"journey_requests_total{{{which}}}"
    fine = f'journey_requests_total{{{which},outcome="ok"}}'
    span = journey_window(journey)
    window = f"[{int(span)}s]"
    tags = f'{which},region="r",outcome'
    hold, keep = symptom_hold(settings) + EVALUATION, symptom_keep(settings)
    walked = f"sum by (region) (increase({total}{window}))"
    seen = f"sum by (region) (increase({fine}{window})) == 0 and {walked} >= 3"
    test = _Spell(hold=hold, keep=keep, window=span).failing(
        f'journey_requests_total{{{tags}="failed"}}',
        f'journey_requests_total{{{tags}="ok"}}',
        25,
    )
    return AlertRule(
        name=JOURNEY_FAILING,
        expr=_agreed(seen, walked if entry else "") if voted else seen,
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=journey.owner or "",
        labels={**({"region": voted} if voted else {}), **({"entry": entry} if entry else {})},
        summary=f"No user {f'of {entry} ' if entry else ''}can complete {name}",
        description="Every run of the journey failed; no service that it crosses has said why.",
        hold=hold,
        keep=keep,
        interval=SCRAPE,
        window=journey_blind(journey),
        test=_voted(test) if voted else test,
    )


def _agreed(seen: str, looked_at: str) -> str:
    """What a quorum tells; of an entry, of those that look at it: no region outside need."""
    return votes.agreed_of(seen, looked_at) if looked_at else votes.agreed(seen)


def _voted(test: RuleTest) -> RuleTest:
    """The same with a vote; the region is the rule's own then."""
    steps = int(test.clear_at / test.interval) + 1
    return replace(test, inputs=(*test.inputs, *votes.inputs(steps)), labels={})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spell:
    """A test's bad spell, long enough for its alert to fire, and what comes after it to clear."""

    hold: float
    keep: float
    window: float = 0.0

    @property
    def bad(self) -> int:
        """Steps that are bad."""
        return math.ceil((self.window + self.hold + 40) / _STEP)

    @property
    def after(self) -> int:
        """Steps that are good again."""
        return math.ceil((self.window + self.keep + 60) / _STEP)

    @property
    def fires_at(self) -> float:
        """An instant, in seconds, at which it has fired and the spell still lasts."""
        return (_BEFORE + 1 + self.bad - 2) * _STEP

    @property
    def clear_at(self) -> float:
        """An instant, in seconds, at which it has cleared."""
        return (_BEFORE + 1 + self.bad + self.after - 2) * _STEP

    def test(self, *inputs: SeriesInput) -> RuleTest:
        """The promtool test of these series."""
        return RuleTest(
            interval=_STEP,
            inputs=inputs,
            fires_at=self.fires_at,
            clear_at=self.clear_at,
            labels={"region": "r"},
        )

    def down(self, series: str) -> RuleTest:
        """A gauge that is 1, then 0, then 1 again."""
        values = f"1x{_BEFORE} 0x{self.bad - 1} 1x{self.after}"
        return self.test(SeriesInput(series=series, values=values))

    def failing(self, failed: str, fine: str, every: int) -> RuleTest:
        """Two counters that take turns: `every` a step, of the one or of the other."""
        lost, first = every * self.bad, every * _BEFORE
        return self.test(
            SeriesInput(
                series=failed,
                values=f"0x{_BEFORE} {every}+{every}x{self.bad - 1} {lost}x{self.after}",
            ),
            SeriesInput(
                series=fine,
                values=f"0+{every}x{_BEFORE} {first}x{self.bad - 1} {first}+{every}x{self.after}",
            ),
        )
