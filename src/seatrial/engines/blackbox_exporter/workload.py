"""The blackbox exporter: asks exposed services from outside, over HTTP and TCP."""

from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.engines.documents import to_yaml

NAME = "blackbox-exporter"
PORTS = {"http": 9115}


def configuration() -> str:
    """blackbox.yml: an HTTP module that wants 2xx, and a TCP module that wants a connection."""
    return to_yaml(
        {
            "modules": {
                "http_2xx": {
                    "prober": "http",
                    "timeout": "3s",
                    "http": {"preferred_ip_protocol": "ip4", "follow_redirects": True},
                },
                "tcp_connect": {
                    "prober": "tcp",
                    "timeout": "3s",
                    "tcp": {"preferred_ip_protocol": "ip4"},
                },
            }
        }
    )


def workload(*, owner: str) -> Workload:
    """One exporter probes everything; the target is a request parameter."""
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="blackbox_exporter",
        argv=(
            "blackbox_exporter",
            "--config.file=${self.dir}/blackbox.yml",
            "--web.listen-address=${self.address}:${self.ports.http}",
        ),
        files=(File(path="blackbox.yml", text=configuration(), why="how endpoints are probed"),),
        ports=PORTS,
        ready=Probe(port="http", path="/-/healthy", deadline=30),
        reload="HUP",
        owner=owner,
        why="probes every exposed service from outside",
    )
