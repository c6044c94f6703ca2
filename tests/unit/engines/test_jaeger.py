"""Jaeger: its configuration, and its answers read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml

from seatrial.contract.placement import Endpoint
from seatrial.engines.jaeger import query
from seatrial.engines.jaeger.config import Keeping, configuration
from seatrial.traces.span import Kind

KEEPING = Keeping(
    wait=5, slow=0.5, always=("a",), share=0.1, retention=7200, held=10, memory=100 * 2**20
)
ANSWER = {
    "data": [
        {
            "traceID": "t",
            "spans": [
                {
                    "traceID": "t",
                    "spanID": "1",
                    "operationName": "GET /",
                    "references": [],
                    "startTime": 1000,
                    "duration": 500,
                    "tags": [
                        {"key": "span.kind", "value": "server"},
                        {"key": "error", "value": True},
                        {"key": "http.response.status_code", "value": 500},
                    ],
                    "processID": "p1",
                },
                {
                    "traceID": "t",
                    "spanID": "2",
                    "operationName": "run",
                    "references": [
                        {"refType": "FOLLOWS_FROM", "traceID": "other", "spanID": "9"},
                        {"refType": "FOLLOWS_FROM", "traceID": "t", "spanID": "1"},
                    ],
                    "startTime": 1600,
                    "duration": 1,
                    "processID": "p1",
                },
            ],
            "processes": {
                "p1": {
                    "serviceName": "api",
                    "tags": [{"key": "service.instance.id", "value": "api-1"}],
                }
            },
        }
    ]
}


def test_an_answer_is_read() -> None:
    ((first, second),) = query.traces(json.dumps(ANSWER).encode())
    assert (first.service, first.kind, first.error, first.replica) == (
        "api",
        Kind.SERVER,
        True,
        "api-1",
    )
    assert (first.start, first.end, first.parent) == (1000, 1500, "")
    assert first.attributes["http.response.status_code"] == "500"
    assert (second.parent, second.follows, second.kind) == ("1", True, Kind.INTERNAL)


def test_an_error_is_told() -> None:
    with pytest.raises(ValueError, match="no storage"):
        query.traces(b'{"data": null, "errors": [{"code": 500, "msg": "no storage"}]}')


def test_a_request_keeps_the_mark_of_the_drills_start() -> None:
    path = query.search("api", limit=5, start=query.SINCE, tags={"error": "true"})
    assert path.startswith("/api/traces?service=api&limit=5&tags=%7B%22error%22%3A%22true%22%7D")
    assert path.endswith("&start=${since.us}")
    assert "end=" not in path


def test_figures_are_asked_for_where_prometheus_is() -> None:
    found = yaml.safe_load(configuration(KEEPING, prometheus=Endpoint(host="h", port=9090)))
    storage = found["extensions"]["jaeger_storage"]
    assert storage["metric_backends"]["figures"]["prometheus"]["endpoint"] == "http://h:9090"
    assert found["extensions"]["jaeger_query"]["storage"] == {
        "traces": "traces",
        "metrics": "figures",
    }
    alone = yaml.safe_load(configuration(KEEPING, prometheus=None))
    assert "metric_backends" not in alone["extensions"]["jaeger_storage"]


def test_durations_are_written_as_go_reads_them() -> None:
    found = yaml.safe_load(configuration(KEEPING, prometheus=None))
    assert found["extensions"]["jaeger_storage"]["backends"]["traces"]["badger"]["ttl"] == {
        "spans": "2h"
    }
    assert found["processors"]["tail_sampling"]["decision_wait"] == "5s"


def test_a_span_that_tells_something_goes_to_the_store_whatever_its_trace_was_judged() -> None:
    found = yaml.safe_load(configuration(KEEPING, prometheus=None))
    way = found["service"]["pipelines"]["traces/later"]
    assert way == {
        "receivers": ["forward"],
        "processors": ["filter/later", "tail_sampling/later", "batch"],
        "exporters": ["jaeger_storage_exporter"],
    }
    (dropped,) = found["processors"]["filter/later"]["traces"]["span"]
    assert dropped == (
        "status.code != STATUS_CODE_ERROR"
        " and end_time_unix_nano - start_time_unix_nano < 500000000"
        ' and attributes["a"] == nil'
    )
    waiting = found["processors"]["tail_sampling/later"]
    assert waiting["decision_wait"] == found["processors"]["tail_sampling"]["decision_wait"]


@pytest.mark.parametrize(
    ("share", "least"),
    [(0.25, "c0000000000000"), (1.0, "00000000000000"), (1e-20, "ffffffffffffff")],
)
def test_the_share_is_that_of_the_highest_ids(share: float, least: str) -> None:
    found = yaml.safe_load(configuration(replace(KEEPING, share=share), prometheus=None))
    rest = found["processors"]["tail_sampling"]["policies"][-1]
    (asked,) = rest["ottl_condition"]["span"]
    assert asked == f'Substring(trace_id.string, 18, 14) >= "{least}"'


def test_only_what_is_kept_has_exemplars() -> None:
    found = yaml.safe_load(configuration(KEEPING, prometheus=None))
    assert "exemplars" not in found["connectors"]["spanmetrics"]
    kept = found["connectors"]["spanmetrics/kept"]
    assert (kept["namespace"], kept["exemplars"]["enabled"]) == ("traces.kept", True)
    pipelines = found["service"]["pipelines"]
    told = [name for name, each in pipelines.items() if "spanmetrics/kept" in each["exporters"]]
    assert told == ["traces/kept"]
    assert "spanmetrics/kept" in pipelines["metrics/spans"]["receivers"]


def test_what_is_not_to_be_kept_goes_neither_way() -> None:
    none = replace(KEEPING, errors=False, slow=3600.0, always=(), share=0.0)
    found = yaml.safe_load(configuration(none, prometheus=None))
    (dropped,) = found["processors"]["filter/later"]["traces"]["span"]
    assert dropped == "end_time_unix_nano - start_time_unix_nano < 3600000000000"
    policies = found["processors"]["tail_sampling"]["policies"]
    assert [each["name"] for each in policies] == ["slow"]
