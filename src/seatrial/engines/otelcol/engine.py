"""OpenTelemetry Collector: where its program comes from.

Most users get the release with all contributed components. Where it cannot be reached, the few
that are used here are built, from the `main.go` beside this file.
"""

from seatrial.contract.engine import Engine, GoModule, Release, StartCheck, VersionProbe

_REPOSITORY = "https://github.com/open-telemetry/opentelemetry-collector-releases/"
_RELEASES = _REPOSITORY + "releases/download/v{version}/"
_PROGRAM = "otelcol-contrib"
_VERSION = "0.149.0"
_CONFIG = """\
extensions:
  health_check: {endpoint: "{address}:{port}"}
receivers:
  file_log: {include: ["{dir}/none.log"]}
exporters:
  otlp_http: {endpoint: "http://127.0.0.1:9"}
service:
  extensions: [health_check]
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [file_log], exporters: [otlp_http]}}
"""

ENGINE = Engine(
    name="otelcol",
    title="OpenTelemetry Collector",
    programs=(_PROGRAM,),
    version=VersionProbe(
        argv=(_PROGRAM, "--version"), pattern=rf"{_PROGRAM} version v?(\d+(?:\.\d+)+)"
    ),
    minimum="0.149",
    sources=(
        Release(
            url=_RELEASES + "otelcol-contrib_{version}_linux_{arch}.tar.gz",
            sums_url=_RELEASES + "opentelemetry-collector-releases_otelcol-contrib_checksums.txt",
            version=_VERSION,
            strip=0,
        ),
        GoModule(
            module="go.opentelemetry.io/collector/otelcol",
            version=f"v{_VERSION}",
            packages={_PROGRAM: "."},
            recipe="seatrial.engines.otelcol",
            mains=("main.go",),
            go="1.25",
        ),
    ),
    start=StartCheck(argv=(_PROGRAM, "--config={dir}/config.yaml"), files={"config.yaml": _CONFIG}),
    image="docker.io/otel/opentelemetry-collector-contrib",
    tag="{version}",
    calls={_PROGRAM: "/otelcol-contrib"},
    docs="https://opentelemetry.io/docs/collector/",
)
