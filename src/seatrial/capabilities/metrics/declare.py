"""What metrics tells the others: seats for Prometheus and exporters, targets, its own alerts."""

from seatrial.capabilities.metrics import containers, journeys
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
from seatrial.system.probing import probers


def with_owner(settings: Settings, teams: tuple[str, ...]) -> Settings:
    """The settings with the team that owns the monitoring: the first of the file by default."""
    if settings.owner or not teams:
        return settings
    return settings.model_copy(update={"owner": teams[0]})


def declare(intent: Intent) -> Declarations:
    """Seats, targets and rules about the collection itself."""
    system = intent.system
    settings = with_owner(intent.settings, tuple(system.teams))
    seats = [
        Seat(workload=prometheus.NAME, ports=prometheus.PORTS),
        Seat(workload=blackbox.NAME, ports=blackbox.PORTS),
        Seat(workload=node_exporter.NAME, ports=node_exporter.PORTS),
    ]
    for name, store in system.stores.items():
        if exported(store, beside=intent.beside):
            exporter = STORE_EXPORTERS[store.engine]
            seats.append(Seat(workload=exporter.name(name), ports=exporter.PORTS))
    for name, service in system.services.items():
        if service.metrics is not None and service.metrics.kind == "nginx":
            seats.extend(
                Seat(workload=nginx_exporter.name(name, each), ports=nginx_exporter.PORTS)
                for each in range(service.scale.min)
            )
    if system.journeys:
        seats += [
            Seat(workload=name, ports=journeys.PORTS, region=region)
            for name, region in probers(system).items()
        ]
    found = targets(system, settings, beside=intent.beside, rehearsal=intent.rehearsal)
    if intent.dialect is not Dialect.OPERATOR:  # a cluster's own kubelets tell of containers
        seats.append(Seat(workload=containers.NAME, ports=containers.PORTS))
        stores = tuple(n for n, each in system.stores.items() if each.engine in STORE_EXPORTERS)
        found += containers.targets(system, stores, settings)
    return Declarations(
        seats=tuple(seats),
        targets=found,
        groups=groups(found, settings),
        runbooks_at=settings.runbooks,
    )
