"""What tracing tells the others: Jaeger's seat and figures, and where services send their spans."""

from seatrial.capabilities.tracing.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import (
    AlertRule,
    Declarations,
    RuleGroup,
    RuleTest,
    ScrapeTarget,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.contract.placement import Seat
from seatrial.contract.variable import Variable
from seatrial.engines.jaeger import workload as jaeger
from seatrial.system.model import System
from seatrial.system.ownership import first_team

REQUIREMENT = "R04"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
INTERVAL, TIMEOUT = 15.0, 10.0  # seconds between two scrapes, and for one
BLIND_HOLD = 120.0  # seconds
SPANS, OWN = "spans", "jaeger"  # jobs: what spans tell, and what Jaeger tells of itself


def owner(settings: Settings, system: System) -> str:
    """The team that answers for the tracing."""
    return settings.owner or first_team(system.teams)


def declare(intent: Intent) -> Declarations:
    """Nothing where tracing is not promised."""
    system = intent.system
    if not system.promised(REQUIREMENT):
        return Declarations()
    team = owner(intent.settings, system)
    return Declarations(
        seats=(Seat(workload=jaeger.NAME, ports=jaeger.PORTS),),
        targets=(_target(OWN, jaeger.OWN_METRICS, team), _target(SPANS, jaeger.METRICS, team)),
        groups=(RuleGroup(name="tracing", interval=15, alerts=(_down(team), _refused(team))),),
        variables=variables(system),
    )


def variables(system: System) -> tuple[Variable, ...]:
    """The standard variables that OpenTelemetry's SDKs read (specification 1.38, SDK environment).

    `service.instance.id` tells replicas apart.
    """
    attributes = (
        f"service.namespace={system.name}",
        "service.instance.id={service}-${self.replica}",
        "seatrial.team={owner}",
    )
    return (
        Variable(
            name=ENDPOINT,
            template="http://{endpoint}",
            target=(jaeger.NAME, jaeger.OTLP),
        ),
        Variable(name="OTEL_SERVICE_NAME", template="{service}"),
        Variable(name="OTEL_RESOURCE_ATTRIBUTES", template=",".join(attributes)),
    )


def _target(job: str, port: str, team: str) -> ScrapeTarget:
    return ScrapeTarget(
        job=job,
        subject=jaeger.NAME,
        kind="monitoring",
        workload=jaeger.NAME,
        port=port,
        interval=INTERVAL,
        timeout=TIMEOUT,
        labels={"team": team},
    )


def _down(team: str) -> AlertRule:
    series = f'up{{job="{OWN}",service="{jaeger.NAME}"}}'
    return AlertRule(
        name="TracingDown",
        expr=f"min by (region) ({series}) == 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject=jaeger.NAME,
        owner=team,
        summary="Jaeger does not answer",
        description="Services drop their spans meanwhile, and nobody can look at a trace.",
        hold=BLIND_HOLD,
        interval=INTERVAL,
        test=RuleTest(
            interval=15,
            inputs=(SeriesInput(series=series, values="1 0x20 1x20"),),
            fires_at=300,
            clear_at=600,
        ),
    )


def _refused(team: str) -> AlertRule:
    series = f'otelcol_receiver_refused_spans_total{{job="{OWN}",service="{jaeger.NAME}"}}'
    return AlertRule(
        name="SpansRefused",
        expr=f"sum by (region) (rate({series}[5m])) > 0",
        tier=Tier.SATURATION,
        severity=Severity.TICKET,
        subject=jaeger.NAME,
        owner=team,
        summary="Jaeger refuses spans",
        description="It is near its memory limit: raise tracing.memory, or have fewer spans made.",
        hold=60.0,
        interval=INTERVAL,
        window=300.0,
        test=RuleTest(
            interval=15,
            inputs=(SeriesInput(series=series, values="0x4 0+100x20 2000x60"),),
            fires_at=300,
            clear_at=1200,
        ),
    )
