"""The nginx exporter: turns one replica's stub_status page into metrics."""

from seatrial.contract.output import Origin, Probe, Workload

PORTS = {"http": 9113}


def name(service: str, replica: int) -> str:
    """The exporter's workload beside one replica: it can ask only one page."""
    return f"{service}-exporter-{replica}"


def workload(service: str, replica: int, page: str, *, owner: str) -> Workload:
    """One exporter a replica; `page` is the URL of that replica's stub_status.

    The certificate of a page that wants TLS is not judged: it is for the name that users know.
    """
    return Workload(
        name=name(service, replica),
        origin=Origin.ENGINE,
        engine="nginx_exporter",
        argv=(
            "nginx-prometheus-exporter",
            "--web.listen-address=${self.address}:${self.ports.http}",
            f"--nginx.scrape-uri={page}",
            # shorter than a scrape may take: a server that hangs is told of as down
            "--nginx.timeout=2s",
        ),
        env={"SSL_VERIFY": "false"} if page.startswith("https:") else {},
        beside=service,
        after=(service,),  # it gives up at its start when nginx does not answer
        ports=PORTS,
        ready=Probe(port="http", path="/", deadline=30),
        owner=owner,
        why=f"makes nginx of {service} visible",
    )
