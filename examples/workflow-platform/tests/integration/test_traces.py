"""One trace from a request through the queue to the run, and nothing where nobody collects."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.collector import Collector
from support.processes import wait_reasons, wait_state
from support.servers import Postgres
from support.wait import until

from conftest import Platform

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c"
OTHER = f"00-{OTHER_TRACE}-b7ad6b7169203331-01"
CALLER = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    yield one
    one.close()


def variables(collector: Collector) -> dict[str, str]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}


def named(collector: Collector) -> dict[tuple[str, str], dict[str, Any]]:
    return {(service, span["name"]): span for service, span in collector.spans(TRACE)}


def test_one_trace_leads_from_the_request_to_the_run(
    platform: Platform, collector: Collector
) -> None:
    api = platform.api(**variables(collector))
    worker = platform.worker(**variables(collector))
    steps = [{"kind": "template", "template": "hush-text"}]
    answer = api.post("/api/workflows", json={"name": "a", "steps": steps}, headers=CALLER)
    wait_state(api, answer.json()["id"])
    until("the run's span", lambda: ("worker", "execute runs") in named(collector))
    until("the request's span", lambda: ("api", "POST /api/workflows") in named(collector))
    found = named(collector)
    request = found["api", "POST /api/workflows"]
    sent, run = found["api", "send runs"], found["worker", "execute runs"]
    assert request["parentSpanId"] == "00f067aa0ba902b7"
    assert sent["parentSpanId"] == request["spanId"]
    assert run["parentSpanId"] == sent["spanId"]
    assert found["api", "XADD"]["parentSpanId"] == sent["spanId"]
    assert found["api", "INSERT workflows"]["parentSpanId"] == request["spanId"]
    assert found["worker", "UPDATE runs"]["parentSpanId"] == run["spanId"]
    step = found["worker", "step template"]
    assert found["worker", "INSERT run_steps"]["parentSpanId"] == step["spanId"]
    assert not [word for word in ("hush", "guest") if word in str(collector.bodies)]
    (line,) = worker.logged("run finished")
    assert (line["trace_id"], line["span_id"]) == (TRACE, run["spanId"])


def test_where_the_database_is_away_the_trace_of_a_refused_request_names_it(
    platform: Platform, postgres: Postgres, collector: Collector
) -> None:
    api = platform.api(**variables(collector))
    postgres.stop()
    # one that was under way as the server went may fail by itself: what is asked now waits in vain
    wait_reasons(api, "database")
    assert api.get("/api/runs", headers=CALLER).status_code == 503
    until("the wait's span", lambda: ("api", "CONNECT") in named(collector))
    found = named(collector)
    wait = found["api", "CONNECT"]
    assert wait["parentSpanId"] == found["api", "GET /api/runs"]["spanId"]
    told = {each["key"]: next(iter(each["value"].values())) for each in wait["attributes"]}
    assert told["error.type"] == "psycopg_pool.PoolTimeout"
    assert told["server.address"]
    assert told["db.system.name"] == "postgresql"
    # one that is served needs no span for what it got at once
    postgres.start()
    wait_reasons(api)
    assert api.get("/api/runs", headers={**CALLER, "traceparent": OTHER}).status_code == 200
    until(
        "the query's span",
        lambda: any(span["name"].startswith("SELECT") for _, span in collector.spans(OTHER_TRACE)),
    )
    assert "CONNECT" not in {span["name"] for _, span in collector.spans(OTHER_TRACE)}


def test_a_run_that_the_queue_forgot_keeps_its_trace(
    platform: Platform, collector: Collector
) -> None:
    api = platform.api(**variables(collector))
    answer = api.post("/api/workflows", json={"name": "a"}, headers=CALLER)
    until("the request's span", lambda: ("api", "POST /api/workflows") in named(collector))
    request = named(collector)["api", "POST /api/workflows"]
    (row,) = platform.rows("SELECT traceparent FROM runs")
    assert row["traceparent"] == f"00-{TRACE}-{request['spanId']}-01"
    with platform.redis.client() as client:
        client.flushall()
    platform.rows("UPDATE runs SET pushed = now() - interval '1 hour'")
    platform.worker(**variables(collector))
    wait_state(api, answer.json()["id"])
    until("the run's span", lambda: ("worker", "execute runs") in named(collector))
    assert named(collector)["worker", "execute runs"]["parentSpanId"] == request["spanId"]


def test_without_a_collector_lines_are_found_by_their_trace_all_the_same(
    platform: Platform,
) -> None:
    api, worker = platform.api(), platform.worker()
    answer = api.post("/api/workflows", json={"name": "a"}, headers=CALLER)
    wait_state(api, answer.json()["id"])
    until("the run's end to be logged", lambda: worker.logged("run finished"))
    until("the request to be logged", lambda: api.logged("request"))
    assert {line["trace_id"] for line in worker.logged("run finished")} == {TRACE}
    assert TRACE in {line["trace_id"] for line in api.logged("request")}
    assert "_count" in str(api.metrics())
