"""The Prometheus server as a workload: its storage, retention and readiness."""

from seatrial.contract.output import File, Origin, Probe, Volume, Workload

NAME = "prometheus"
PORTS = {"http": 9090}
DATA = "data"
RECEIVES = "/api/v1/write"  # where a server that `receives` takes samples


def workload(
    files: tuple[File, ...],
    *,
    retention: str,
    size: str,
    owner: str,
    name: str = NAME,
    region: str = "",
    replicas: int = 1,
    receives: bool = False,
    writes: bool = False,
    secrets: tuple[str, ...] = (),
    why: str = "stores every metric and evaluates every rule",
) -> Workload:
    """Prometheus with storage that outlives it. `retention` and `size` in the product's units.

    `receives`: others may write their samples to it; `writes`: it writes its own to another. What
    that one has not taken when this one ends is given up after 5 s, not after a minute, which is
    longer than its grace: a write-ahead log must not be cut. `secrets` are those that its files
    hold.
    Alerts are sent again every 5 s: with the default of 1 m Alertmanager would keep the watchdog
    of a dead Prometheus alive for minutes.
    """
    return Workload(
        name=name,
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
            *(("--web.enable-remote-write-receiver",) if receives else ()),
            *(("--storage.remote.flush-deadline=5s",) if writes else ()),
        ),
        replicas=replicas,
        secrets=secrets,
        files=files,
        ports=PORTS,
        volumes=(Volume(name="data", path=DATA),),
        ready=Probe(port="http", path="/-/ready", deadline=60),
        live=Probe(port="http", path="/-/healthy"),
        reload="HUP",
        grace=20,
        region=region,
        owner=owner,
        why=why,
    )
