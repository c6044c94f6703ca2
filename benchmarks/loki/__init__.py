"""Loki 3, with which the product's log store is compared; the product itself does not use it.

Built as the engines are, from the go.mod and go.sum beside this file, into the same cache. Its
`replace` lines are those of Loki's own go.mod: of a module that is required Go reads none.
"""

from pathlib import Path

from seatrial.contract.engine import Engine, GoModule, StartCheck, VersionProbe
from seatrial.runtimes.local.install import NotInstalled, install

VERSION = "3.7.8"
_MODULE = "github.com/grafana/loki/v3"
# Limits are lifted as far as they would refuse lines; all else is Loki's own default. Fields that
# name a stream are labels, as they are in the store that it is compared with.
CONFIG = """\
auth_enabled: false
server:
  http_listen_address: {address}
  http_listen_port: {port}
  grpc_listen_address: {address}
  grpc_listen_port: 0
  log_level: warn
  grpc_server_max_recv_msg_size: 268435456
  grpc_server_max_send_msg_size: 268435456
  http_server_read_timeout: 10m
  http_server_write_timeout: 10m
common:
  instance_addr: {address}
  path_prefix: {dir}/loki
  replication_factor: 1
  ring: {kvstore: {store: inmemory}}
  storage: {filesystem: {chunks_directory: {dir}/loki/chunks, rules_directory: {dir}/loki/rules}}
schema_config:
  configs:
    - {from: "2024-01-01", store: tsdb, object_store: filesystem, schema: v13,
       index: {prefix: index_, period: 24h}}
limits_config:
  ingestion_rate_mb: 10000
  ingestion_burst_size_mb: 10000
  per_stream_rate_limit: 10GB
  per_stream_rate_limit_burst: 10GB
  max_line_size: 1MB
  query_timeout: 10m
  otlp_config:
    resource_attributes:
      ignore_defaults: true
      attributes_config:
        - {action: index_label, attributes: [system, region, service, replica]}
analytics: {reporting_enabled: false}
"""
ENGINE = Engine(
    name="loki",
    title="Loki",
    programs=("loki",),
    version=VersionProbe(argv=("loki", "--version"), pattern=r"loki, version v?(\S*)"),
    minimum="0",
    sources=(
        GoModule(
            module=_MODULE,
            version=f"v{VERSION}",
            packages={"loki": f"{_MODULE}/cmd/loki"},
            recipe="benchmarks.loki",
            ldflags=("-X", f"{_MODULE}/pkg/util/build.Version={VERSION}"),
        ),
    ),
    image="",
    docs="https://grafana.com/docs/loki/latest/",
    start=StartCheck(
        argv=("loki", "-config.file={dir}/loki.yaml", "-target=all"),
        files={"loki.yaml": CONFIG},
    ),
)


def program() -> tuple[Path | None, str]:
    """Where Loki's program is; None with the reason where it could not be built."""
    (found,) = install((ENGINE,))
    if isinstance(found, NotInstalled):
        return None, "; ".join(f"{each.source}: {each.text}" for each in found.reasons)
    return found.programs["loki"], ""
