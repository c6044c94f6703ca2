"""The collector's configuration: files in, statements over each line, OTLP out.

Formats: the collector's configuration reference, the file log receiver, the transform processor
(OTTL). A `$` is doubled, because the collector expands variables in every value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.contract.placement import Endpoint
from seatrial.engines.documents import to_yaml
from seatrial.engines.otelcol.entries import ENTRY
from seatrial.engines.otelcol.quoting import quoted
from seatrial.engines.otelcol.workload import STATE

LOGS = "${self.logs}"
STORE = "file_storage"
PIPELINE = "logs"
_POLL = "200ms"
_QUIET = "500ms"  # after which the last line of a file is taken as it is
_QUEUE = 2000  # batches that wait on disk while the store is away; then reading waits
_LONGEST = 64 * 1024
# Bytes of one request, before it is compressed. VictoriaLogs takes 64 MiB (-opentelemetry.
# maxRequestSize), and answers more with a 400, after which nobody sends it again.
_BATCH = 1024 * 1024
_BATCH_MOST = 32 * 1024 * 1024
_FILE = r"^(?P<service>.+)\.(?P<replica>[0-9]+)\.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Statements over each line for which one of `conditions` holds; none: every line."""

    name: str
    statements: tuple[str, ...]
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which files are read, by patterns of their names, and how lines stand in them.

    `entry` is a pattern that matches exactly one entry, `longest` its bytes, `unframed` what makes
    the text of a line out of how it stands in its file.
    """

    files: tuple[str, ...] = ("*.log", "*.log.*")
    entry: str = ENTRY
    longest: int = _LONGEST
    unframed: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Lines that are sent to a store of their own as well.

    `suspects` is a pattern that the text of each of them matches as it was written, so that the
    others cost no more than that; of those only lines of which one of `wanted` holds are sent.
    """

    name: str
    store: Endpoint
    path: str
    suspects: str
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What becomes of each line: `resource` fields, `steps` in order, `dropped` conditions.

    `store` takes OTLP over HTTP at `path`; `streams` are the fields that name a stream there.
    `reading` says which lines. `regions` are those of workloads that are elsewhere than `resource`
    says, `renamed` those whose lines are another service's. Without `kept`, nothing is kept on disk
    of what was read and what waits (a defect that is planted).
    """

    store: Endpoint
    path: str
    resource: Mapping[str, str]
    regions: Mapping[str, str]
    steps: tuple[Step, ...]
    streams: tuple[str, ...]
    reading: Reading = Reading()
    dropped: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict, hash=False)
    kept: bool = True
    branches: tuple[Branch, ...] = ()


def configuration(pipeline: Pipeline) -> str:
    """The configuration as text."""
    unframed = pipeline.reading.unframed
    steps = (*((unframed,) if unframed else ()), *pipeline.steps)
    processors: dict[str, Any] = {f"transform/{each.name}": _step(each) for each in steps}
    if pipeline.dropped:
        dropped = {"error_mode": "ignore", "log_conditions": [*pipeline.dropped]}
        processors["filter/dropped"] = dropped
    own = [*processors]
    for each in pipeline.branches:
        processors |= _filters(each)
    document = {
        "extensions": {
            "health_check": {"endpoint": "${self.address}:${self.ports.health}"},
            **_disk(kept=pipeline.kept),
        },
        "receivers": {"file_log": _receiver(pipeline)},
        "processors": processors,
        "exporters": {
            "otlp_http": _exporter(pipeline, pipeline.store, pipeline.path),
            **{
                f"otlp_http/{each.name}": _exporter(pipeline, each.store, each.path)
                for each in pipeline.branches
            },
        },
        "service": {
            "extensions": ["health_check", *([STORE] if pipeline.kept else [])],
            "telemetry": _telemetry(),
            "pipelines": {
                PIPELINE: {
                    "receivers": ["file_log"],
                    "processors": own,
                    "exporters": ["otlp_http"],
                },
                **{
                    f"{PIPELINE}/{each.name}": {
                        "receivers": ["file_log"],
                        "processors": [f"filter/{each.name}_suspects", *own, f"filter/{each.name}"],
                        "exporters": [f"otlp_http/{each.name}"],
                    }
                    for each in pipeline.branches
                },
            },
        },
    }
    return to_yaml(document)


def _disk(*, kept: bool) -> dict[str, Any]:
    if not kept:
        return {}
    folder = f"${{self.dir}}/{STATE}"
    compaction = {"on_start": True, "on_rebound": True, "directory": folder}
    return {STORE: {"directory": folder, "compaction": {**compaction, "cleanup_on_start": True}}}


def _receiver(pipeline: Pipeline) -> dict[str, Any]:
    own = {key: _literal(value) for key, value in pipeline.resource.items()}
    regions = [
        {
            "type": "add",
            "field": "resource.region",
            "value": region,
            "if": f'resource.service matches "^({names})$$"',
        }
        for region, names in _grouped(pipeline.regions)
    ]
    renamed = [
        {
            "type": "add",
            "field": "resource.service",
            "value": _literal(service),
            "if": f'resource.service == "{name}"',
        }
        for name, service in pipeline.renamed.items()
    ]
    found: dict[str, Any] = {
        "include": [f"{LOGS}/{each}" for each in pipeline.reading.files],
        "start_at": "beginning" if pipeline.kept else "end",
        "poll_interval": _POLL,
        "max_concurrent_files": 512,
        "max_log_size": pipeline.reading.longest,
        "max_log_size_behavior": "truncate",
        "multiline": {"line_end_pattern": pipeline.reading.entry.replace("$", "$$")},
        "force_flush_period": _QUIET,
        "preserve_leading_whitespaces": True,
        "retry_on_failure": {"enabled": True, "max_elapsed_time": 0},
        "resource": own,
        "operators": [
            {
                "type": "regex_parser",
                "parse_from": 'attributes["log.file.name"]',
                "parse_to": "resource",
                "regex": _FILE,
            },
            {"type": "remove", "field": 'attributes["log.file.name"]'},
            *regions,
            *renamed,
        ],
    }
    return {**found, "storage": STORE} if pipeline.kept else found


def _literal(value: str) -> str:
    return value.replace("$", "$$")


def _grouped(regions: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Each region with the names in it, as alternatives of a pattern."""
    found: dict[str, list[str]] = {}
    for name, region in regions.items():
        found.setdefault(region, []).append(name)
    return ((region, "|".join(names)) for region, names in found.items())


def _step(step: Step) -> dict[str, Any]:
    group: dict[str, Any] = {"context": "log"}
    if step.conditions:
        group["conditions"] = [each.replace("$", "$$") for each in step.conditions]
    group["statements"] = [each.replace("$", "$$") for each in step.statements]
    return {"error_mode": "silent", "log_statements": [group]}


def _filters(branch: Branch) -> dict[str, Any]:
    """What keeps other lines out: by their text first, then by what was read out of it."""
    suspects = f'not IsMatch(log.body, "{quoted(branch.suspects)}")'
    wanted = f"not ({' or '.join(branch.wanted)})"
    return {
        f"filter/{branch.name}{after}": {
            "error_mode": "ignore",
            "log_conditions": [each.replace("$", "$$")],
        }
        for after, each in (("_suspects", suspects), ("", wanted))
    }


def _exporter(pipeline: Pipeline, store: Endpoint, path: str) -> dict[str, Any]:
    queue: dict[str, Any] = {
        "enabled": True,
        "queue_size": _QUEUE,
        "num_consumers": 2,
        "block_on_overflow": True,
        "batch": {
            "flush_timeout": "200ms",
            "sizer": "bytes",  # lines are of very different length: their number says nothing
            "min_size": _BATCH,
            "max_size": _BATCH_MOST,
        },
    }
    if pipeline.kept:
        queue["storage"] = STORE
    return {
        "logs_endpoint": f"http://{store}{path}",
        "headers": {"VL-Stream-Fields": ",".join(pipeline.streams)},
        "compression": "gzip",
        "timeout": "30s",
        "sending_queue": queue,
        "retry_on_failure": {
            "enabled": True,
            "initial_interval": "200ms",
            "max_interval": "2s",
            "max_elapsed_time": "0s",
        },
    }


def _telemetry() -> dict[str, Any]:
    """Its own figures for Prometheus, and its own lines as JSON."""
    reader = {
        "pull": {
            "exporter": {
                "prometheus": {
                    "host": "${self.address}",
                    "port": "${self.ports.metrics}",
                    "without_type_suffix": True,
                    "without_units": True,
                    "without_scope_info": True,
                }
            }
        }
    }
    return {
        "logs": {"level": "info", "encoding": "json", "output_paths": ["stdout"]},
        "metrics": {"level": "normal", "readers": [reader]},
    }
