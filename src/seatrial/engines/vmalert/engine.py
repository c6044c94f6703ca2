"""vmalert: where its program comes from.

The release's archive holds all of VictoriaMetrics' tools; in it and in the image the program is
called `vmalert-prod`.
"""

from seatrial.contract.engine import Engine, GoModule, Release, StartCheck, VersionProbe

_RELEASES = "https://github.com/VictoriaMetrics/VictoriaMetrics/releases/download/v{version}/"
_MODULE = "github.com/VictoriaMetrics/VictoriaMetrics"
_VERSION = "1.146.0"

ENGINE = Engine(
    name="vmalert",
    title="vmalert",
    programs=("vmalert",),
    aliases={"vmalert": ("vmalert-prod",)},
    version=VersionProbe(argv=("vmalert", "--version"), pattern=r"vmalert-\S*?v(\d+(?:\.\d+)+)"),
    minimum="1.110",
    sources=(
        Release(
            url=_RELEASES + "vmutils-linux-{arch}-v{version}.tar.gz",
            sums_url=_RELEASES + "vmutils-linux-{arch}-v{version}_checksums.txt",
            version=_VERSION,
            strip=0,
            programs={"vmalert": "vmalert-prod"},
        ),
        GoModule(
            module=_MODULE,
            version=f"v{_VERSION}",
            packages={"vmalert": f"{_MODULE}/app/vmalert"},
            recipe="seatrial.engines.vmalert",
            ldflags=("-X", f"{_MODULE}/lib/buildinfo.Version=vmalert-v{_VERSION}"),
        ),
    ),
    start=StartCheck(
        argv=(
            "vmalert",
            "-rule={dir}/rules.yml",
            "-rule.defaultRuleType=vlogs",
            "-datasource.url=http://{address}:1",
            "-notifier.blackhole",
            "-httpListenAddr={address}:{port}",
        ),
        files={"rules.yml": "groups: []\n"},
    ),
    image="docker.io/victoriametrics/vmalert",
    calls={"vmalert": "/vmalert-prod"},
    docs="https://docs.victoriametrics.com/victorialogs/vmalert/",
)
