"""Prometheus: where its programs come from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

_RELEASES = "https://github.com/prometheus/prometheus/releases/download/v{version}/"

ENGINE = Engine(
    name="prometheus",
    title="Prometheus",
    programs=("prometheus", "promtool"),
    version=VersionProbe(
        argv=("prometheus", "--version"), pattern=r"prometheus, version v?(\d+(?:\.\d+)+)"
    ),
    minimum="2.42",
    sources=(
        Release(
            url=_RELEASES + "prometheus-{version}.linux-{arch}.tar.gz",
            sums_url=_RELEASES + "sha256sums.txt",
            version="3.5.3",  # long-term support
        ),
        Debian(
            packages=("prometheus", "promtool"),
            programs={"prometheus": "usr/bin/prometheus", "promtool": "usr/bin/promtool"},
            suites=("trixie",),
        ),
        Debian(  # before trixie one package held both
            packages=("prometheus",),
            programs={"prometheus": "usr/bin/prometheus", "promtool": "usr/bin/promtool"},
        ),
    ),
    start=StartCheck(
        argv=(
            "prometheus",
            "--config.file={dir}/prometheus.yml",
            "--storage.tsdb.path={dir}/data",
            "--web.listen-address={address}:{port}",
        ),
        files={"prometheus.yml": "global:\n  scrape_interval: 15s\n"},
    ),
    image="docker.io/prom/prometheus",
    docs="https://prometheus.io/docs/",
)
