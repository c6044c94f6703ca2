"""Jaeger: where its program comes from.

Version 2.13.0 and version 1.76.0 are one release of one commit: its archives lie under the older
tag, and the Go module knows no other.
"""

from seatrial.contract.engine import Engine, GoModule, Release, StartCheck, VersionProbe

_MODULE = "github.com/jaegertracing/jaeger"
_RELEASES = f"https://{_MODULE}/releases/download/v1.76.0/"
_VERSION = "2.13.0"
_CONFIG = """\
service:
  extensions: []
  pipelines: {traces: {receivers: [otlp], exporters: [nop]}}
  telemetry: {metrics: {level: none}}
receivers: {otlp: {protocols: {http: {endpoint: "{address}:{port}"}}}}
exporters: {nop: {}}
"""

ENGINE = Engine(
    name="jaeger",
    title="Jaeger",
    programs=("jaeger",),
    version=VersionProbe(argv=("jaeger", "version"), pattern=r'"gitVersion":"v?(\d+(?:\.\d+)+)'),
    minimum="2.10",
    sources=(
        Release(
            url=_RELEASES + "jaeger-{version}-linux-{arch}.tar.gz",
            sums_url=_RELEASES + "jaeger-{version}.sha256sum.txt",
            version=_VERSION,
        ),
        GoModule(
            module=_MODULE,
            version="v1.76.0",
            packages={"jaeger": f"{_MODULE}/cmd/jaeger"},
            recipe="seatrial.engines.jaeger",
            ldflags=("-X", f"{_MODULE}/internal/version.latestVersion=v{_VERSION}"),
        ),
    ),
    start=StartCheck(argv=("jaeger", "--config={dir}/jaeger.yml"), files={"jaeger.yml": _CONFIG}),
    image="docker.io/jaegertracing/jaeger",
    tag="{version}",
    calls={"jaeger": "/cmd/jaeger/jaeger-linux"},
    docs="https://www.jaegertracing.io/docs/2.13/",
)
