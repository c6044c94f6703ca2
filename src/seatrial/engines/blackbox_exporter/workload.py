"""The blackbox exporter: asks exposed services from outside, over HTTP, TCP and TLS.

Parameters of a probe: `module`, `target`, and `hostname`, which is the Host that is sent and the
name that a certificate must be for (over TCP since 0.24; where it is only read, it need not be).
"""

from collections.abc import Mapping

from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.engines.documents import to_yaml

NAME = "blackbox-exporter"
PORTS = {"http": 9115}


HTTP = "http_2xx"  # an answer of 2xx; over TLS from a server whose certificate is good
HTTP_ANY = "http_2xx_any_certificate"
TCP = "tcp_connect"
TLS = "tls_connect_any_certificate"  # a certificate that has ended still tells when it did
_ANY = {"insecure_skip_verify": True}


def configuration() -> str:
    """blackbox.yml: what wants an answer of 2xx, a connection, a certificate to look at."""
    return to_yaml(
        {
            "modules": {
                HTTP: _module("http", {"follow_redirects": True}),
                HTTP_ANY: _module("http", {"follow_redirects": True, "tls_config": _ANY}),
                TCP: _module("tcp", {}),
                TLS: _module("tcp", {"tls": True, "tls_config": _ANY}),
            }
        }
    )


def _module(prober: str, more: Mapping[str, object]) -> dict[str, object]:
    return {
        "prober": prober,
        "timeout": "3s",
        prober: {"preferred_ip_protocol": "ip4", **more},
    }


def workload(*, owner: str, name: str = NAME, region: str = "") -> Workload:
    """One exporter probes everything; the target is a request parameter."""
    return Workload(
        name=name,
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
        region=region,
        owner=owner,
        why="probes every exposed service from outside",
    )
