"""Alertmanager: where its programs come from.

Debian's package is no source: it reads its templates by an absolute path, so that it does not
start when it is only unpacked.
"""

from seatrial.contract.engine import Engine, GoModule, Release, StartCheck, VersionProbe

_RELEASES = "https://github.com/prometheus/alertmanager/releases/download/v{version}/"
_MODULE = "github.com/prometheus/alertmanager"
_VERSION = "0.34.2"
# The module leaves out the web interface that the program embeds; the API is whole without it.
_PAGE = "<!doctype html><title>Alertmanager</title>Built without its web interface.\n"
_CONFIG = "route:\n  receiver: none\nreceivers:\n  - name: none\n"

ENGINE = Engine(
    name="alertmanager",
    title="Alertmanager",
    programs=("alertmanager", "amtool"),
    aliases={"alertmanager": ("prometheus-alertmanager",)},
    version=VersionProbe(
        argv=("alertmanager", "--version"), pattern=r"alertmanager, version v?(\d+(?:\.\d+)+)"
    ),
    minimum="0.28",
    sources=(
        Release(
            url=_RELEASES + "alertmanager-{version}.linux-{arch}.tar.gz",
            sums_url=_RELEASES + "sha256sums.txt",
            version=_VERSION,
        ),
        GoModule(
            module=_MODULE,
            version=f"v{_VERSION}",
            packages={
                "alertmanager": f"{_MODULE}/cmd/alertmanager",
                "amtool": f"{_MODULE}/cmd/amtool",
            },
            recipe="seatrial.engines.alertmanager",
            copies={"ui/app/dist/index.html": _PAGE},
            ldflags=("-X", f"github.com/prometheus/common/version.Version={_VERSION}"),
        ),
    ),
    start=StartCheck(
        argv=(
            "alertmanager",
            "--config.file={dir}/alertmanager.yml",
            "--storage.path={dir}/data",
            "--web.listen-address={address}:{port}",
            "--cluster.listen-address=",
        ),
        files={"alertmanager.yml": _CONFIG},
    ),
    image="docker.io/prom/alertmanager",
    docs="https://prometheus.io/docs/alerting/latest/alertmanager/",
)
