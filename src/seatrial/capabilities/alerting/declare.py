"""What alerting tells the others: its rules, the seat of Alertmanager, who takes alerts."""

from functools import lru_cache

from seatrial.capabilities.alerting.rules import (
    burn,
    containers,
    meta,
    outage,
    redundancy,
    saturation,
    stores,
)
from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.capability import Dialect, Intent
from seatrial.contract.declaration import (
    AlertRule,
    Declarations,
    Notifier,
    RuleGroup,
    ScrapeTarget,
)
from seatrial.contract.placement import Seat
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.mysqld_exporter import workload as mysqld_exporter
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.redis_exporter import workload as redis_exporter
from seatrial.system import regions
from seatrial.system.graph import called
from seatrial.system.model import Service, System
from seatrial.system.ownership import first_team
from seatrial.system.probing import entries, probers
from seatrial.system.regions import home, spread
from seatrial.system.same import Same
from seatrial.system.scheme import HTTPS

SINK = "sink"
SINK_PORTS = {"http": 8080, "smtp": 2525}
WATCHDOG = meta.GUARD
WATCHDOG_PORTS = {"http": 8080}
PAIR = 2  # Alertmanagers in a region, where there are several regions
STORE_UP = {
    "postgres": postgres_exporter.UP,
    "redis": redis_exporter.UP,
    **dict.fromkeys(mysqld_exporter.PRODUCTS, mysqld_exporter.UP),
}
CONNECTS = "probe_success"
OUTAGE_EVALUATION = 5.0
SLOW_EVALUATION = 15.0


def declare(intent: Intent) -> Declarations:
    """Every rule, grouped by subject: a subject's group is its rule file."""
    run = intent.regions
    seats = [
        Seat(
            workload=regions.called(name, region, run[0]),
            ports=ports,
            replicas=replicas,
            region=region,
        )
        for region in run
        for name, ports, replicas in (
            (alertmanager.NAME, alertmanager.PORTS, 1)
            if len(run) == 1
            else (alertmanager.NAME, alertmanager.PAIRED, PAIR),
            (WATCHDOG, WATCHDOG_PORTS, 1),
        )
    ]
    if intent.rehearsal:
        seats.append(Seat(workload=SINK, ports=SINK_PORTS))
    told = intent.dialect is not Dialect.OPERATOR  # a cluster collects these elsewhere
    collected = (alertmanager.NAME, WATCHDOG) if told else ()
    return Declarations(
        seats=tuple(seats),
        arrivals=(SINK, "http") if intent.rehearsal else ("", ""),
        targets=tuple(
            _target(intent, each, regions.called(each, region, run[0]))
            for region in run
            for each in collected
        ),
        notifiers=tuple(
            Notifier(workload=regions.called(alertmanager.NAME, each, run[0]), port="http")
            for each in run
        ),
        groups=groups(
            intent.system,
            intent.settings,
            beside=intent.beside,
            contained=told,
            paired=len(run) > 1,
        ),
    )


def _target(intent: Intent, name: str, workload: str) -> ScrapeTarget:
    """What a part of the alerting path tells of itself."""
    return ScrapeTarget(
        job=name,
        subject=name,
        kind="monitoring",
        workload=workload,
        port="http",
        labels={"team": owner_of(intent.system, intent.settings)},
    )


def groups(
    system: System,
    settings: Settings,
    *,
    beside: bool = False,
    contained: bool = True,
    paired: bool = False,
) -> tuple[RuleGroup, ...]:
    """Every rule of the system, grouped by subject.

    `paired`: two Prometheus evaluate them, and tell the same Alertmanagers.

    `contained`: each replica's container tells its own figures (a cluster tells them elsewhere).
    `beside`: of a store without exporter and login is known only whether it takes connections.
    """
    return _groups(Same(system), Same(settings), beside, contained, paired)


@lru_cache(maxsize=2)  # asked for when the file is judged, for its names, and for the plan
def _groups(
    of: Same[System],
    by: Same[Settings],
    beside: bool,  # noqa: FBT001 - a cache's key, as the next
    contained: bool,  # noqa: FBT001
    paired: bool,  # noqa: FBT001
) -> tuple[RuleGroup, ...]:
    system, settings = of.value, by.value
    found: list[RuleGroup] = []
    for name, service in system.services.items():
        errors = errors_of(system, name, settings)
        alerts: list[AlertRule] = [errors] if errors else []
        if service.metrics is not None:
            alerts.insert(0, outage.service_down(name, service, settings))
        if probed(service):
            leans = any(each in system.services for each in service.needs)
            alerts.append(outage.probe_failing(name, service, settings, leans=leans))
        spare = redundancy.replica_down(name, service, probed=probed(service))
        slow = (
            *((spare,) if spare else ()),
            *saturation.service(name, service, contained=contained),
        )
        found += _of(f"service-{name}", tuple(alerts), slow)
        if HTTPS in service.ports:
            found += _of(f"service-{name}:tls", (), (saturation.certificate(name, service.owner),))
    for name, store in system.stores.items():
        if store.engine in STORE_UP:
            outside = beside and not store.measured
            up = CONNECTS if outside else STORE_UP[store.engine]
            down = outage.store_down(name, store, up, settings)
            slow = () if outside else stores.rules(name, store)
            slow += containers.rules(name, store.owner or "") if contained else ()
            found += _of(f"store-{name}", (down,), slow)
    found += _users(system, settings, spread(system) if paired else (home(system),))
    owner = owner_of(system, settings)
    found += _of("host", (), saturation.host(owner))
    found += _of("alerting", meta.rules(owner, collected=contained, paired=paired), ())
    return tuple(found)


def _users(system: System, settings: Settings, run: tuple[str, ...]) -> list[RuleGroup]:
    """What users get along each journey, and what is left of its budgets: at each entry."""
    # where several regions look, what users see is told for all of them at once
    voted = home(system) if len(probers(system)) > 1 else ""
    found: list[RuleGroup] = []
    for name, journey in system.journeys.items():
        failing = tuple(
            outage.journey_failing(name, journey, settings, voted, entry)
            for entry in entries(system, journey.start, run)
        )
        found += _of(f"journey-{name}", failing, ())
    for name, slo in system.slos.items():
        if slo.journey is not None:
            journey = system.journeys[slo.journey]
            for entry in entries(system, journey.start, run):
                found += burn.group(name, journey.owner or "", slo, voted=voted, entry=entry)
    return found


def owner_of(system: System, settings: Settings) -> str:
    """Who is told of the host and of the alerting path itself."""
    return settings.owner or first_team(system.teams)


def probed(service: Service) -> bool:
    """Whether it is asked from outside: it is exposed, tells its readiness, or nothing else."""
    told = service.health is not None and service.health.ready is not None
    return bool(service.ports) and (service.exposed or service.metrics is None or told)


def errors_of(system: System, name: str, settings: Settings) -> AlertRule | None:
    """The alert on a service's errors; None where nobody calls it, or its requests are not told."""
    if not called(system, name):
        return None
    return outage.service_errors(name, system.services[name], settings)


def _of(
    name: str, fast: tuple[AlertRule, ...], slow: tuple[AlertRule, ...]
) -> tuple[RuleGroup, ...]:
    groups = (
        RuleGroup(name=f"{name}:outage", interval=OUTAGE_EVALUATION, alerts=fast),
        RuleGroup(name=f"{name}:saturation", interval=SLOW_EVALUATION, alerts=slow),
    )
    return tuple(each for each in groups if each.alerts)
