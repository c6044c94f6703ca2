"""What is scraped, and through which exporter.

Services are asked every 5 s, because outage alerts read them; a service without metrics of its
own is asked from outside by the blackbox exporter. Everything is written from the system, so that
a dead target stays visible as `up == 0`.

A certificate is looked at apart from the probe, whoever signed it: one that has ended makes a probe
that judges it fail before it could tell when that was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from seatrial.capabilities.metrics import journeys
from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.declaration import ScrapeTarget
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.engines.mysqld_exporter import workload as mysqld_exporter
from seatrial.engines.nginx_exporter import workload as nginx_exporter
from seatrial.engines.node_exporter import workload as node_exporter
from seatrial.engines.postgres import workload as postgres
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.redis import workload as redis
from seatrial.engines.redis_exporter import workload as redis_exporter
from seatrial.system import regions
from seatrial.system.model import Service, Store, System
from seatrial.system.probing import outside, probers
from seatrial.system.scheme import HTTPS, scheme, secure

STORE_EXPORTERS = {
    "postgres": postgres_exporter,
    "redis": redis_exporter,
    **dict.fromkeys(mysqld_exporter.PRODUCTS, mysqld_exporter),
}
STORE_PORTS = {
    "postgres": postgres.PORTS,
    "redis": redis.PORTS,
    **dict.fromkeys(mysqld_exporter.PRODUCTS, mysqld_exporter.STORE),
}
_SECRETS = {"postgres": postgres.secret, "redis": redis.secret}
_USERS = {"postgres": postgres.USER}
TIMEOUT = 3.0
SLOW_TIMEOUT = 10.0


def targets(
    system: System, settings: Settings, *, beside: bool, rehearsal: bool, run: tuple[str, ...]
) -> tuple[ScrapeTarget, ...]:
    """Every target of the system, in the order of the file, for each region that is `run`.

    `beside`: stores run without seatrial, which has no password but those that it is given.
    `rehearsal`: certificates may be signed by anybody.
    """
    fast = settings.scrape.seconds
    found: list[ScrapeTarget] = []
    for name, service in system.services.items():
        for here in _places(name, service, run):
            found.extend(_service(name, service, here, fast, rehearsal=rehearsal))
            if HTTPS in service.ports:
                found.append(_certificate(name, service, here, settings.slow_scrape.seconds))
    for name, store in system.stores.items():
        if store.engine in STORE_EXPORTERS and not exported(store, beside=beside):
            found.append(_theirs(name, store, system, fast))
        elif store.engine in STORE_EXPORTERS:
            found.append(
                ScrapeTarget(
                    job=f"store-{store.engine}",
                    subject=name,
                    kind="store",
                    workload=STORE_EXPORTERS[store.engine].name(name),
                    port="http",
                    interval=fast,
                    timeout=min(TIMEOUT, fast),
                    labels={"team": store.owner or ""},
                )
            )
    if system.journeys:
        found += [
            ScrapeTarget(
                job="prober",
                subject=prober,
                kind="monitoring",
                workload=prober,
                port="http",
                interval=fast,
                timeout=min(TIMEOUT, fast),
                labels={"team": settings.owner},
            )
            for prober in probers(system)
            if prober not in outside(system)  # they are heard where they send to
        ]
    for region in run:
        found += _own(settings, partial(regions.called, region=region, first=run[0]))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A service in one of its regions: what it is called there, and who asks it from outside."""

    workload: str
    prober: str


def _places(name: str, service: Service, run: tuple[str, ...]) -> tuple[_Place, ...]:
    own = regions.of(service, run)
    return tuple(
        _Place(
            workload=regions.called(name, region, own[0]),
            prober=regions.called(blackbox.NAME, region, run[0]),
        )
        for region in own
    )


def exported(store: Store, *, beside: bool) -> bool:
    """Whether seatrial runs an exporter for the store: it runs it, too, or was given a login."""
    return store.engine in STORE_EXPORTERS and (not beside or store.monitor is not None)


def login(system: System, name: str, *, beside: bool) -> tuple[str, str]:
    """The user as whom an exporter asks the store, and the name of the secret; empty for none."""
    store = system.stores[name]
    if not beside:
        return _USERS.get(store.engine, ""), _SECRETS[store.engine](system, name)
    if store.monitor is None:
        return "", ""
    password = store.monitor.password
    return store.monitor.user or "", password.secret if password is not None else ""


def _service(
    name: str, service: Service, here: _Place, fast: float, *, rehearsal: bool
) -> list[ScrapeTarget]:
    team = {"team": service.owner or ""}
    found: list[ScrapeTarget] = []
    spec = service.metrics
    port = service_port(service)
    if spec is not None and spec.kind == "nginx":
        found += [
            ScrapeTarget(
                job="service-nginx",
                subject=name,
                kind="service",
                workload=nginx_exporter.name(here.workload, replica),
                port="http",
                interval=fast,
                timeout=min(TIMEOUT, fast),
                labels={**team, "replica": str(replica)},
            )
            for replica in range(service.scale.min)
        ]
    elif spec is not None:
        found.append(
            ScrapeTarget(
                job=f"service{spec.path.replace('/', '-')}",
                subject=name,
                kind="service",
                workload=here.workload,
                port=port,
                path=spec.path,
                scheme=scheme(port),
                interval=fast,
                timeout=min(TIMEOUT, fast),
                labels=team,
            )
        )
    told = service.health is not None and service.health.ready
    if (service.exposed or spec is None or told) and service.ports:
        found.append(_probe(name, service, here, fast, rehearsal=rehearsal))
    return found


def _probe(
    name: str, service: Service, here: _Place, fast: float, *, rehearsal: bool
) -> ScrapeTarget:
    health = service.health
    path = health.ready if health is not None else None
    port = (health.port if health is not None else None) or next(iter(service.ports))
    return ScrapeTarget(
        job="probe-http" if path else "probe-tcp",
        subject=name,
        kind="probe",
        workload=here.workload,
        port=port,
        path="/probe",
        interval=fast,
        timeout=min(TIMEOUT + 1, fast),
        through=(here.prober, "http"),
        params=_asking(service, port, pages=path is not None, rehearsal=rehearsal),
        probe=path or "",
        scheme=scheme(port),
        labels={"team": service.owner or ""},
    )


def _asking(service: Service, port: str, *, pages: bool, rehearsal: bool) -> dict[str, str]:
    """How the blackbox exporter asks a port: for a page, or only whether it is listened on."""
    if not secure(port):
        return {"module": blackbox.HTTP if pages else blackbox.TCP}
    judged = journeys.verified(service, rehearsal=rehearsal)
    module = (blackbox.HTTP if judged else blackbox.HTTP_ANY) if pages else blackbox.TLS
    return {"module": module, **({"hostname": service.hostname} if service.hostname else {})}


def _certificate(name: str, service: Service, here: _Place, slow: float) -> ScrapeTarget:
    return ScrapeTarget(
        job="certificate",
        subject=name,
        kind="certificate",
        workload=here.workload,
        port=HTTPS,
        path="/probe",
        interval=slow,
        timeout=min(SLOW_TIMEOUT, slow),
        through=(here.prober, "http"),
        params=_asking(service, HTTPS, pages=False, rehearsal=True),
        scheme=HTTPS,
        labels={"team": service.owner or ""},
    )


def _theirs(name: str, store: Store, system: System, fast: float) -> ScrapeTarget:
    """The exporter that runs with the store, else whether it takes connections.

    That is all that can be seen of it without its password.
    """
    exporter = system.services[store.exporter] if store.exporter is not None else None
    if store.exporter is not None and exporter is not None and exporter.metrics is not None:
        return ScrapeTarget(
            job=f"store-{store.engine}{exporter.metrics.path.replace('/', '-')}",
            subject=name,
            kind="store",
            workload=store.exporter,
            port=service_port(exporter),
            path=exporter.metrics.path,
            scheme=scheme(service_port(exporter)),
            interval=fast,
            timeout=min(TIMEOUT, fast),
            labels={"team": store.owner or ""},
        )
    return ScrapeTarget(
        job="store-tcp",
        subject=name,
        kind="store",
        workload=name,
        port=next(iter(STORE_PORTS[store.engine])),
        path="/probe",
        interval=fast,
        timeout=min(TIMEOUT + 1, fast),
        through=(blackbox.NAME, "http"),
        params={"module": blackbox.TCP},
        labels={"team": store.owner or ""},
    )


def service_port(service: Service) -> str:
    """The name of the port that a service's metrics are on."""
    spec = service.metrics
    if spec is None:
        return next(iter(service.ports), "")
    if isinstance(spec.port, str):
        return spec.port
    for name, number in service.ports.items():
        if number == spec.port:
            return name
    return "metrics"


def _own(settings: Settings, called: Callable[[str], str]) -> list[ScrapeTarget]:
    """What watches a region; `called` tells what it is called there."""
    return [
        ScrapeTarget(
            job="host",
            subject="host",
            kind="host",
            workload=called(node_exporter.NAME),
            port="http",
            interval=settings.slow_scrape.seconds,
            timeout=min(SLOW_TIMEOUT, settings.slow_scrape.seconds),
            labels={"team": settings.owner},
        ),
        ScrapeTarget(
            job="prometheus",
            subject="prometheus",
            kind="monitoring",
            workload=called(prometheus.NAME),
            port="http",
            interval=settings.scrape.seconds,
            timeout=min(TIMEOUT, settings.scrape.seconds),
            labels={"team": settings.owner},
        ),
        ScrapeTarget(
            job="blackbox-exporter",
            subject="blackbox-exporter",
            kind="monitoring",
            workload=called(blackbox.NAME),
            port="http",
            interval=settings.slow_scrape.seconds,
            timeout=min(SLOW_TIMEOUT, settings.slow_scrape.seconds),
            labels={"team": settings.owner},
        ),
    ]
