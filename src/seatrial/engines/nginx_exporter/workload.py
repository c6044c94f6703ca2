"""The nginx exporter: turns one replica's stub_status page into metrics."""

from seatrial.contract.output import Origin, Probe, Workload
from seatrial.contract.placement import Endpoint

PORTS = {"http": 9113}


def name(service: str, replica: int) -> str:
    """The exporter's workload beside one replica: it can ask only one page."""
    return f"{service}-exporter-{replica}"


def workload(service: str, replica: int, endpoint: Endpoint, path: str, *, owner: str) -> Workload:
    """One exporter a replica."""
    return Workload(
        name=name(service, replica),
        origin=Origin.ENGINE,
        engine="nginx_exporter",
        argv=(
            "nginx-prometheus-exporter",
            "--web.listen-address=${self.address}:${self.ports.http}",
            f"--nginx.scrape-uri=http://{endpoint}{path}",
            # shorter than a scrape may take: a server that hangs is told of as down
            "--nginx.timeout=2s",
        ),
        beside=service,
        after=(service,),  # it gives up at its start when nginx does not answer
        ports=PORTS,
        ready=Probe(port="http", path="/", deadline=30),
        owner=owner,
        why=f"makes nginx of {service} visible",
    )
