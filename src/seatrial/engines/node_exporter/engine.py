"""Prometheus node exporter: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

ENGINE = Engine(
    name="node_exporter",
    title="Prometheus node exporter",
    programs=("node_exporter",),
    aliases={"node_exporter": ("prometheus-node-exporter",)},
    version=VersionProbe(argv=("node_exporter", "--version"), pattern=r"version v?(\d+(?:\.\d+)+)"),
    minimum="1.3",
    sources=(
        Release(
            url=(
                "https://github.com/prometheus/node_exporter/releases/download/v{version}/"
                "node_exporter-{version}.linux-{arch}.tar.gz"
            ),
            sums_url=(
                "https://github.com/prometheus/node_exporter/releases/download/v{version}/"
                "sha256sums.txt"
            ),
            version="1.12.1",
        ),
        Debian(
            packages=("prometheus-node-exporter",),
            programs={"node_exporter": "usr/bin/prometheus-node-exporter"},
            suites=("trixie", ""),
        ),
    ),
    start=StartCheck(
        argv=("node_exporter", "--web.listen-address={address}:{port}"),
    ),
    image="docker.io/prom/node-exporter",
    docs="https://github.com/prometheus/node_exporter",
)
