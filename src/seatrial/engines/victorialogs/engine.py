"""VictoriaLogs: where its program comes from.

The release's program and the image's are called `victoria-logs-prod`.
"""

from seatrial.contract.engine import Engine, GoModule, Release, StartCheck, VersionProbe

_RELEASES = "https://github.com/VictoriaMetrics/VictoriaLogs/releases/download/v{version}/"
_MODULE = "github.com/VictoriaMetrics/VictoriaLogs"
_VERSION = "1.52.1"
_STAMP = "github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version"

ENGINE = Engine(
    name="victorialogs",
    title="VictoriaLogs",
    programs=("victoria-logs",),
    aliases={"victoria-logs": ("victoria-logs-prod",)},
    version=VersionProbe(
        argv=("victoria-logs", "--version"), pattern=r"victoria-logs-\S*?v(\d+(?:\.\d+)+)"
    ),
    minimum="1.40",
    sources=(
        Release(
            url=_RELEASES + "victoria-logs-linux-{arch}-v{version}.tar.gz",
            sums_url=_RELEASES + "victoria-logs-linux-{arch}-v{version}_checksums.txt",
            version=_VERSION,
            strip=0,
            programs={"victoria-logs": "victoria-logs-prod"},
        ),
        GoModule(
            module=_MODULE,
            version=f"v{_VERSION}",
            packages={"victoria-logs": f"{_MODULE}/app/victoria-logs"},
            recipe="seatrial.engines.victorialogs",
            ldflags=("-X", f"{_STAMP}=victoria-logs-v{_VERSION}"),
        ),
    ),
    start=StartCheck(
        argv=(
            "victoria-logs",
            "-storageDataPath={dir}/data",
            "-httpListenAddr={address}:{port}",
            "-memory.allowedBytes=32MiB",
        ),
    ),
    image="docker.io/victoriametrics/victoria-logs",
    calls={"victoria-logs": "/victoria-logs-prod"},
    docs="https://docs.victoriametrics.com/victorialogs/",
)
