"""What metrics tells the others: seats for Prometheus and exporters, targets, its own alerts."""

from seatrial.capabilities.metrics import containers, journeys
from seatrial.capabilities.metrics.federation import centre
from seatrial.capabilities.metrics.federation import rules as federation
from seatrial.capabilities.metrics.rules import groups
from seatrial.capabilities.metrics.settings import Settings
from seatrial.capabilities.metrics.targets import STORE_EXPORTERS, exported, targets
from seatrial.contract.capability import Dialect, Intent
from seatrial.contract.declaration import Declarations
from seatrial.contract.placement import Seat
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.engines.nginx_exporter import workload as nginx_exporter
from seatrial.engines.node_exporter import workload as node_exporter
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system import regions
from seatrial.system.probing import stationed


def with_owner(settings: Settings, teams: tuple[str, ...]) -> Settings:
    """The settings with the team that owns the monitoring: the first of the file by default."""
    if settings.owner or not teams:
        return settings
    return settings.model_copy(update={"owner": teams[0]})


def declare(intent: Intent) -> Declarations:
    """Seats, targets and rules about the collection itself."""
    system = intent.system
    settings = with_owner(intent.settings, tuple(system.teams))
    seats = _watching(intent)
    for name, store in system.stores.items():
        if exported(store, beside=intent.beside):
            exporter = STORE_EXPORTERS[store.engine]
            seats.append(Seat(workload=exporter.name(name), ports=exporter.PORTS))
    for name, service in system.services.items():
        if service.metrics is not None and service.metrics.kind == "nginx":
            own = regions.of(service, intent.regions)
            seats.extend(
                Seat(
                    workload=nginx_exporter.name(regions.called(name, region, own[0]), each),
                    ports=nginx_exporter.PORTS,
                    region=region,
                )
                for region in own
                for each in range(service.scale.min)
            )
    if system.journeys:
        seats += [
            Seat(workload=name, ports=journeys.PORTS, region=region)
            for name, region in stationed(system, rehearsal=intent.rehearsal).items()
        ]
    run = intent.regions
    found = targets(system, settings, beside=intent.beside, rehearsal=intent.rehearsal, run=run)
    if intent.dialect is not Dialect.OPERATOR:  # a cluster's own kubelets tell of containers
        seats += [
            Seat(
                workload=regions.called(containers.NAME, each, run[0]),
                ports=containers.PORTS,
                region=each,
            )
            for each in run
        ]
        stores = tuple(n for n, each in system.stores.items() if each.engine in STORE_EXPORTERS)
        found += containers.targets(system, stores, settings, run)
    found += centre.targets(intent, settings)
    at = centre.region_of(intent) if centre.ours(intent) else ""
    joining = federation.groups(run, settings, home=at) if centre.joined(intent) else ()
    return Declarations(
        seats=(*seats, *centre.seats(intent)),
        links=centre.links(intent),
        targets=found,
        groups=(*groups(found, settings), *joining),
        runbooks_at=settings.runbooks,
    )


def _watching(intent: Intent) -> list[Seat]:
    """What watches each region: where there are several, Prometheus is a pair in each."""
    servers = centre.PAIR if centre.joined(intent) else 1
    return [
        Seat(
            workload=regions.called(name, region, intent.regions[0]),
            ports=ports,
            replicas=replicas,
            region=region,
        )
        for region in intent.regions
        for name, ports, replicas in (
            (prometheus.NAME, prometheus.PORTS, servers),
            (blackbox.NAME, blackbox.PORTS, 1),
            (node_exporter.NAME, node_exporter.PORTS, 1),
        )
    ]
