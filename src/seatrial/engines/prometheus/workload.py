"""The Prometheus server as a workload: its storage, retention and readiness."""

from seatrial.contract.output import File, Origin, Probe, Volume, Workload

NAME = "prometheus"
PORTS = {"http": 9090}
DATA = "data"


def workload(files: tuple[File, ...], *, retention: str, size: str, owner: str) -> Workload:
    """Prometheus with storage that outlives it. `retention` and `size` in the product's units.

    Alerts are sent again every 5 s: with the default of 1 m Alertmanager would keep the watchdog
    of a dead Prometheus alive for minutes.
    """
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="prometheus",
        argv=(
            "prometheus",
            "--config.file=${self.dir}/prometheus.yml",
            f"--storage.tsdb.path=${{self.dir}}/{DATA}",
            f"--storage.tsdb.retention.time={retention}",
            f"--storage.tsdb.retention.size={size}",
            "--web.listen-address=${self.address}:${self.ports.http}",
            "--web.enable-lifecycle",
            "--enable-feature=exemplar-storage",  # from a figure to a trace; kept in memory
            "--rules.alert.resend-delay=5s",
            "--log.level=info",
        ),
        files=files,
        ports=PORTS,
        volumes=(Volume(name="data", path=DATA),),
        ready=Probe(port="http", path="/-/ready", deadline=60),
        live=Probe(port="http", path="/-/healthy"),
        reload="HUP",
        grace=20,
        owner=owner,
        why="stores every metric and evaluates every rule",
    )
