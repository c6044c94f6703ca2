"""Grafana: where its program comes from.

It is no part of what a system needs: only a file that asks for one has it, and it is installed
only by its name. There is no Go module, and no package of Debian's, to take it from.
"""

from seatrial.contract.engine import Engine, Release, StartCheck, VersionProbe

_RELEASES = "https://dl.grafana.com/oss/release/"
_VERSION = "12.0.2"
MARK = "conf/defaults.ini"

ENGINE = Engine(
    name="grafana",
    title="Grafana",
    programs=("grafana",),
    version=VersionProbe(argv=("grafana", "--version"), pattern=r"[Vv]ersion v?(\d+(?:\.\d+)+)"),
    minimum="10.0",
    sources=(
        Release(
            url=_RELEASES + "grafana-{version}.linux-{arch}.tar.gz",
            sums_url=_RELEASES + "grafana-{version}.linux-{arch}.tar.gz.sha256",
            version=_VERSION,
        ),
    ),
    start=StartCheck(
        argv=(
            "grafana",
            "server",
            "--homepath={home}",
            "cfg:server.http_addr={address}",
            "cfg:server.http_port={port}",
            "cfg:paths.data={dir}/data",
            "cfg:paths.logs={dir}/logs",
            "cfg:paths.plugins={dir}/plugins",
            "cfg:analytics.reporting_enabled=false",
            "cfg:analytics.check_for_updates=false",
        ),
    ),
    image="docker.io/grafana/grafana",
    tag="{version}",
    calls={"grafana": "/usr/share/grafana/bin/grafana"},
    folders=("/usr/share/grafana/bin",),
    mark=MARK,
    asked_by="dashboards.grafana",
    docs="https://grafana.com/docs/grafana/latest/",
)
