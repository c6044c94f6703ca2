"""Each replica's own container: CPU, memory, network, restarts, kills, throttling.

A daemon of ours reads them from the machine's control groups, where no container engine need be
asked. It is asked for one replica at a time, by its address, so that every figure has the labels
that the replica's other figures have.
"""

from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.output import Origin, Probe, Workload
from seatrial.system.model import System

NAME = "container-exporter"
PORTS = {"http": 8080}
KIND = "container"
PATH = "/container"


def workload(*, owner: str) -> Workload:
    """One a machine."""
    return Workload(
        name=NAME,
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
    system: System, stores: tuple[str, ...], settings: Settings
) -> tuple[ScrapeTarget, ...]:
    """Every replica of every service and of these stores, and the exporter itself."""
    slow = settings.slow_scrape.seconds
    owners = {name: each.owner or "" for name, each in system.services.items()}
    owners |= {name: system.stores[name].owner or "" for name in stores}
    found = [
        ScrapeTarget(
            job=KIND,
            subject=name,
            kind=KIND,
            workload=name,
            port="",
            path=PATH,
            interval=slow,
            timeout=min(10.0, slow),
            through=(NAME, "http"),
            labels={"team": owner},
        )
        for name, owner in owners.items()
    ]
    own = ScrapeTarget(
        job=NAME,
        subject=NAME,
        kind="monitoring",
        workload=NAME,
        port="http",
        interval=slow,
        timeout=min(10.0, slow),
        labels={"team": settings.owner},
    )
    return (*found, own)
