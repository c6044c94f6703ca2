"""Jaeger's configuration: what comes in, what is kept, and what is counted.

Format: OpenTelemetry Collector configuration with Jaeger's extensions (Jaeger 2.13, collector
0.140). Every span is counted before any is dropped, so that the figures are of all calls.

A trace is judged once, by the spans that are there then, and the slower a request is the later
comes the span that says so. So spans that tell something by themselves go a second way to the
store, which asks nothing of their trace. What goes both ways is there once: Badger's key of a span
is its trace, its start and its id.
"""

from dataclasses import dataclass
from typing import Any

from seatrial.contract.placement import Endpoint
from seatrial.engines.documents import seconds, to_yaml

FILE = "jaeger.yml"
DATA = "data"
STORE, FIGURES = "traces", "figures"
KEPT = "spanmetrics/kept"
LATER = "later"  # the way of spans that tell something, whenever they come
TELLING = f"filter/{LATER}"
BUCKETS = ("5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s")
# Of one service so many different operations are counted; more of them are one, `overflow`.
OPERATIONS = 500
_OWN = "${self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Which traces are kept, and for how long.

    A trace is judged `wait` seconds after its first span. Kept are those with `errors`, those that
    take `slow` seconds, those with an attribute of `always`, and a `share` (0 to 1) of the rest;
    for `retention` seconds. A span that fails, takes `slow` seconds or has an attribute of `always`
    is kept whatever the judgement was. At most `held` traces wait for it: more are dropped unseen,
    the oldest first. `memory` in bytes is the limit above which spans are refused.
    """

    wait: float
    slow: float
    always: tuple[str, ...]
    share: float
    retention: float
    held: int
    memory: int
    errors: bool = True


def configuration(
    keeping: Keeping, *, prometheus: Endpoint | None, everywhere: bool = False
) -> str:
    """The file. `prometheus` is where the figures of the spans can be asked for again.

    `everywhere`: spans are taken over HTTP on whatever network it is on; all else is on its own.
    """
    query: dict[str, Any] = {
        "storage": {"traces": STORE, **({"metrics": FIGURES} if prometheus else {})},
        "max_clock_skew_adjust": "0s",  # whose clock is wrong is to be seen, not made to look well
        # its spans of being asked go to whoever listens on localhost:4317, and where nobody does,
        # an end waits for them for longer than its grace
        "enable_tracing": False,
        "http": {"endpoint": "${self.address}:${self.ports.query}"},
        "grpc": {"endpoint": "${self.address}:${self.ports.query-grpc}"},
    }
    return to_yaml(
        {
            "extensions": {
                "healthcheckv2": {
                    "use_v2": True,
                    "http": {
                        "endpoint": "${self.address}:${self.ports.health}",
                        "status": {"enabled": True, "path": "/status"},
                    },
                },
                "jaeger_storage": _storage(keeping, prometheus),
                "jaeger_query": query,
            },
            "receivers": _receivers("0.0.0.0" if everywhere else _OWN),  # noqa: S104 - in a container
            "processors": {
                "memory_limiter": {
                    "check_interval": "1s",
                    "limit_mib": keeping.memory // 2**20,
                    "spike_limit_mib": keeping.memory // 2**20 // 5,
                },
                "tail_sampling": _sampling(keeping),
                TELLING: _telling(keeping),
                f"tail_sampling/{LATER}": _together(keeping),
                "batch": {"timeout": "200ms", "send_batch_size": 1024},
            },
            "connectors": {"spanmetrics": _counting(), KEPT: _examples(), "forward": {}},
            "exporters": {
                "jaeger_storage_exporter": {"trace_storage": STORE},
                "prometheus": {
                    "endpoint": "${self.address}:${self.ports.metrics}",
                    "enable_open_metrics": True,  # exemplars: from a figure to a trace
                    "metric_expiration": "1h",
                },
            },
            "service": _service(),
        }
    )


def _receivers(http: str) -> dict[str, Any]:
    return {
        "otlp": {
            "protocols": {
                "grpc": {"endpoint": "${self.address}:${self.ports.otlp-grpc}"},
                "http": {"endpoint": f"{http}:${{self.ports.otlp-http}}"},
            }
        }
    }


def _storage(keeping: Keeping, prometheus: Endpoint | None) -> dict[str, Any]:
    badger = {
        "directories": {
            "keys": f"${{self.dir}}/{DATA}/keys",
            "values": f"${{self.dir}}/{DATA}/values",
        },
        "ephemeral": False,  # the default loses everything with the process
        "ttl": {"spans": _hours(keeping.retention)},
    }
    found: dict[str, Any] = {"backends": {STORE: {"badger": badger}}}
    if prometheus is not None:
        found["metric_backends"] = {
            FIGURES: {
                "prometheus": {
                    "endpoint": f"http://{prometheus}",
                    "normalize_calls": True,
                    "normalize_duration": True,
                    "latency_unit": "s",
                }
            }
        }
    return found


def _sampling(keeping: Keeping) -> dict[str, Any]:
    errors = {"name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}}
    policies: list[dict[str, Any]] = [
        *((errors,) if keeping.errors else ()),
        {
            "name": "slow",
            "type": "latency",
            "latency": {"threshold_ms": round(keeping.slow * 1000)},
        },
        *(
            {
                "name": f"every {each}",
                "type": "string_attribute",
                "string_attribute": {
                    "key": each,
                    "values": [".+"],
                    "enabled_regex_matching": True,
                    "cache_max_size": 100,
                },
            }
            for each in keeping.always
        ),
        *((_share(keeping.share),) if keeping.share > 0 else ()),
    ]
    return {
        "decision_wait": seconds(keeping.wait),
        "num_traces": keeping.held,
        # spans that come after the judgement share the fate of their trace
        "decision_cache": {
            "sampled_cache_size": keeping.held * 2,
            "non_sampled_cache_size": keeping.held * 2,
        },
        "policies": policies,
    }


def _share(share: float) -> dict[str, Any]:
    """Keeps those whose ids have the highest last 56 bits, which are random.

    Whoever knows an id can then tell how likely its trace is kept, also without knowing the share
    (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag,
    https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/): exemplars are
    chosen by that.
    """
    least = min(round((1 - share) * 2**56), 2**56 - 1)
    return {
        "name": "the rest",
        "type": "ottl_condition",
        "ottl_condition": {
            "error_mode": "ignore",
            "span": [f'Substring(trace_id.string, 18, 14) >= "{least:014x}"'],
        },
    }


def _telling(keeping: Keeping) -> dict[str, Any]:
    """Drops each span that says nothing of its trace for which that must be kept."""
    plain = [
        *(("status.code != STATUS_CODE_ERROR",) if keeping.errors else ()),
        f"end_time_unix_nano - start_time_unix_nano < {round(keeping.slow * 1e9)}",
        *(f'attributes["{each}"] == nil' for each in keeping.always),
    ]
    # a span of which that cannot be asked is kept
    return {"error_mode": "ignore", "traces": {"span": [" and ".join(plain)]}}


def _together(keeping: Keeping) -> dict[str, Any]:
    """Lets every span pass, no sooner than those of its trace that are judged.

    Who looks at a run would else see a part of it, and take it for all.
    """
    return {
        "decision_wait": seconds(keeping.wait),
        "num_traces": keeping.held,
        "policies": [{"name": "all", "type": "always_sample"}],
    }


def _counting() -> dict[str, Any]:
    return {
        "histogram": {"unit": "s", "explicit": {"buckets": list(BUCKETS)}},
        "metrics_flush_interval": "5s",
        "metrics_expiration": "1h",
        "aggregation_cardinality_limit": OPERATIONS,
        # not the process id and its kin: each restart would begin every series anew
        "resource_metrics_key_attributes": ["service.name"],
    }


def _examples() -> dict[str, Any]:
    """Counts the spans of what is kept only, so that each of their exemplars leads to a trace."""
    return {
        "namespace": "traces.kept",
        "histogram": {"disable": True},
        "exemplars": {"enabled": True, "max_per_data_point": 5},
        "metrics_flush_interval": "5s",
        "metrics_expiration": "1h",
        "aggregation_cardinality_limit": OPERATIONS,
        "resource_metrics_key_attributes": ["service.name"],
    }


def _service() -> dict[str, Any]:
    return {
        "extensions": ["healthcheckv2", "jaeger_storage", "jaeger_query"],
        "pipelines": {
            "traces/in": {
                "receivers": ["otlp"],
                "processors": ["memory_limiter"],
                "exporters": ["spanmetrics", "forward"],
            },
            "traces/kept": {
                "receivers": ["forward"],
                "processors": ["tail_sampling", "batch"],
                "exporters": ["jaeger_storage_exporter", KEPT],
            },
            f"traces/{LATER}": {
                "receivers": ["forward"],
                "processors": [TELLING, f"tail_sampling/{LATER}", "batch"],
                "exporters": ["jaeger_storage_exporter"],
            },
            "metrics/spans": {"receivers": ["spanmetrics", KEPT], "exporters": ["prometheus"]},
        },
        "telemetry": {
            "metrics": {
                "level": "normal",
                "readers": [
                    {
                        "pull": {
                            "exporter": {
                                "prometheus": {
                                    "host": "${self.address}",
                                    "port": "${self.ports.own-metrics}",
                                }
                            }
                        }
                    }
                ],
            },
            "logs": {"level": "warn", "encoding": "json"},
        },
    }


def _hours(retention: float) -> str:
    """A duration as Go reads it, which knows no days."""
    return f"{retention / 3600:g}h"
