"""Each replica's own container: CPU, memory, network, restarts, kills, throttling.

A daemon of ours reads them from the machine's control groups, where no container engine need be
asked. It is asked for one replica at a time, by its address, so that every figure has the labels
that the replica's other figures have.
"""

from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.output import Origin, Probe, Workload
from seatrial.system import regions
from seatrial.system.model import System
from seatrial.system.regions import called

NAME = "container-exporter"
PORTS = {"http": 8080}
KIND = "container"
PATH = "/container"


def workload(*, owner: str, name: str = NAME, region: str = "") -> Workload:
    """One a machine."""
    return Workload(
        name=name,
        region=region,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.containers",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            "--machine=${self.machine}",
            "--groups=${self.groups}",
        ),
        ports=PORTS,
        ready=Probe(port="http", path="/readyz", deadline=30),
        watches_machine=True,
        owner=owner,
        why="CPU, memory, network, restarts and throttling of each container",
    )


def targets(
    system: System, stores: tuple[str, ...], settings: Settings, run: tuple[str, ...]
) -> tuple[ScrapeTarget, ...]:
    """Every replica of every service and of these stores, and the exporters themselves.

    In each region that is `run` the region's own exporter is asked.
    """
    slow = settings.slow_scrape.seconds
    found = [
        _contained(name, called(name, region, own[0]), called(NAME, region, run[0]), slow, owner)
        for name, each in system.services.items()
        for own, owner in ((regions.of(each, run), each.owner or ""),)
        for region in own
    ]
    found += [
        _contained(name, name, NAME, slow, system.stores[name].owner or "") for name in stores
    ]
    found += [
        ScrapeTarget(
            job=NAME,
            subject=NAME,
            kind="monitoring",
            workload=called(NAME, region, run[0]),
            port="http",
            interval=slow,
            timeout=min(10.0, slow),
            labels={"team": settings.owner},
        )
        for region in run
    ]
    return tuple(found)


def _contained(subject: str, workload: str, exporter: str, slow: float, owner: str) -> ScrapeTarget:
    return ScrapeTarget(
        job=KIND,
        subject=subject,
        kind=KIND,
        workload=workload,
        port="",
        path=PATH,
        interval=slow,
        timeout=min(10.0, slow),
        through=(exporter, "http"),
        labels={"team": owner},
    )
