"""Toxiproxy: where its program comes from."""

from seatrial.contract.engine import Engine, GoModule, Release, StartCheck, VersionProbe

_RELEASES = "https://github.com/Shopify/toxiproxy/releases/download/v{version}/"
_MODULE = "github.com/Shopify/toxiproxy/v2"
_VERSION = "2.12.0"

ENGINE = Engine(
    name="toxiproxy",
    title="Toxiproxy",
    programs=("toxiproxy-server",),
    version=VersionProbe(
        argv=("toxiproxy-server", "--version"), pattern=r"version v?(\d+(?:\.\d+)+)"
    ),
    minimum="2.5",
    sources=(
        Release(
            url=_RELEASES + "toxiproxy_{version}_linux_{arch}.tar.gz",
            sums_url=_RELEASES + "checksums.txt",
            version=_VERSION,
            strip=0,
        ),
        GoModule(
            module=_MODULE,
            version=f"v{_VERSION}",
            packages={"toxiproxy-server": f"{_MODULE}/cmd/server"},
            recipe="seatrial.engines.toxiproxy",
            ldflags=("-X", f"{_MODULE}.Version={_VERSION}"),
        ),
    ),
    start=StartCheck(argv=("toxiproxy-server", "-host={address}", "-port={port}")),
    image="ghcr.io/shopify/toxiproxy",
    tag="{version}",
    calls={"toxiproxy-server": "/toxiproxy"},
    docs="https://github.com/Shopify/toxiproxy",
)
