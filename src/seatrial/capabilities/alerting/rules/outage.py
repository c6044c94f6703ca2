"""Total outages: what must wake somebody within a minute.

Three failed scrapes in a row (`for` of at least twice the scrape interval) are an outage; fewer
are a blip. Two fast rules are needed for a service: a dead process leaves its ratio stale, so
that an error ratio never fires on death, and death never fires on errors.

A symptom waits longer than its cause (its `for` plus one scrape and one evaluation), so that the
cause is there in time to hold the symptom back.
"""

from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.declaration import (
    AlertRule,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.system.model import Journey, Service, Store

SCRAPE = 5.0
EVALUATION = 5.0
ERROR_WINDOW = 20.0
JOURNEY_WINDOW = 15.0


def symptom_hold(settings: Settings) -> float:
    """How long a symptom must last, in seconds, so that its cause fires first."""
    return settings.hold.seconds + SCRAPE + EVALUATION


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
    return AlertRule(
        name="ServiceDown",
        expr=f"sum by (region) ({series}) == 0",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=service.owner or "",
        summary=f"{name} is down: no replica answers",
        description=f"All {service.scale.min} replicas of {name} failed three scrapes in a row.",
        hold=settings.hold.seconds,
        keep=settings.keep.seconds,
        interval=SCRAPE,
        test=_down_test(f'{metric}{{kind="service",service="{name}",replica="0",region="r"}}'),
    )


def probe_failing(name: str, service: Service, settings: Settings) -> AlertRule:
    """An exposed service, asked from outside, does not answer as it should."""
    series = f'probe_success{{kind="probe",service="{name}"}}'
    own = service.metrics is not None
    return AlertRule(
        name="ProbeFailing",
        expr=f"max by (region) ({series}) == 0",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=service.owner or "",
        summary=f"{name} does not answer from outside",
        description="Its readiness page, asked as a user's client would, fails.",
        # where the service has metrics of its own, the probe is the symptom of what they show
        hold=symptom_hold(settings) if own else settings.hold.seconds,
        keep=symptom_keep(settings) if own else settings.keep.seconds,
        interval=SCRAPE,
        test=_down_test(f'probe_success{{kind="probe",service="{name}",region="r"}}'),
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
        test=_down_test(f'{up}{{kind="store",service="{name}",region="r"}}'),
    )


def service_errors(name: str, service: Service, settings: Settings) -> AlertRule | None:
    """More than half of the requests fail, of a number that means something."""
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
        hold=symptom_hold(settings),
        keep=symptom_keep(settings),
        interval=SCRAPE,
        window=ERROR_WINDOW / 2,
        test=RuleTest(
            interval=5,
            inputs=(
                SeriesInput(series=f'{count}{{{tags}="503"}}', values="0x10 0+50x30 1500x60"),
                SeriesInput(series=f'{count}{{{tags}="200"}}', values="0+50x10 500x30 500+50x60"),
            ),
            fires_at=150,
            clear_at=400,
            labels={"region": "r"},
        ),
    )


def journey_failing(name: str, journey: Journey, settings: Settings) -> AlertRule:
    """No run of a critical journey succeeds, whatever its services say of themselves."""
    total = f'journey_requests_total{{journey="{name}"}}'
    fine = f'journey_requests_total{{journey="{name}",outcome="ok"}}'
    window = f"[{int(JOURNEY_WINDOW)}s]"
    tags = f'journey="{name}",region="r",outcome'
    return AlertRule(
        name="JourneyFailing",
        expr=(
            f"sum by (region) (increase({fine}{window})) == 0"
            f" and sum by (region) (increase({total}{window})) >= 3"
        ),
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=name,
        owner=journey.owner or "",
        summary=f"No user can complete {name}",
        description="Every run of the journey failed; no service that it crosses has said why.",
        hold=symptom_hold(settings) + EVALUATION,
        keep=symptom_keep(settings),
        interval=SCRAPE,
        window=JOURNEY_WINDOW,
        test=RuleTest(
            interval=5,
            inputs=(
                SeriesInput(
                    series=f'journey_requests_total{{{tags}="failed"}}',
                    values="0x10 0+25x30 750x60",
                ),
                SeriesInput(
                    series=f'journey_requests_total{{{tags}="ok"}}',
                    values="0+25x10 250x30 250+25x60",
                ),
            ),
            fires_at=150,
            clear_at=400,
            labels={"region": "r"},
        ),
    )


def _down_test(series: str) -> RuleTest:
    # up for 25 s, down for 65 s, up again: fires after the hold, clears after the keep
    return RuleTest(
        interval=5,
        inputs=(SeriesInput(series=series, values="1x4 0x12 1x60"),),
        fires_at=60,
        clear_at=300,
        labels={"region": "r"},
    )
