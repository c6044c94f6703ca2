"""Prometheus blackbox exporter: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

ENGINE = Engine(
    name="blackbox_exporter",
    title="Prometheus blackbox exporter",
    programs=("blackbox_exporter",),
    aliases={"blackbox_exporter": ("prometheus-blackbox-exporter",)},
    version=VersionProbe(
        argv=("blackbox_exporter", "--version"), pattern=r"version v?(\d+(?:\.\d+)+)"
    ),
    minimum="0.23",
    sources=(
        Release(
            url=(
                "https://github.com/prometheus/blackbox_exporter/releases/download/v{version}/"
                "blackbox_exporter-{version}.linux-{arch}.tar.gz"
            ),
            sums_url=(
                "https://github.com/prometheus/blackbox_exporter/releases/download/v{version}/"
                "sha256sums.txt"
            ),
            version="0.28.0",
        ),
        Debian(
            packages=("prometheus-blackbox-exporter",),
            programs={"blackbox_exporter": "usr/bin/prometheus-blackbox-exporter"},
            suites=("trixie", ""),
        ),
    ),
    start=StartCheck(
        argv=(
            "blackbox_exporter",
            "--config.file={dir}/blackbox.yml",
            "--web.listen-address={address}:{port}",
        ),
        files={"blackbox.yml": "modules:\n  tcp:\n    prober: tcp\n"},
    ),
    image="docker.io/prom/blackbox-exporter",
    docs="https://github.com/prometheus/blackbox_exporter",
)
