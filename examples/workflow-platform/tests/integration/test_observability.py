"""What operators see: JSON log lines that belong together, and the promised metrics."""

import json
from datetime import datetime
from typing import Any

from support.processes import Process, start_api, start_worker, wait_state
from support.wait import until

from conftest import Platform

DURATION = "http_server_request_duration_seconds"


def duration_of(method: str, route: str, status: int) -> str:
    labels = f'http_request_method="{method}",http_response_status_code="{status}"'
    return f'{DURATION}_count{{{labels},http_route="{route}"}}'


def test_every_line_is_one_json_object_with_the_same_head(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker()
    workflow = api.post("/api/workflows", json={"name": "two\u2028lines"}).json()["id"]
    wait_state(api, workflow)
    for process in (api, worker):
        process.terminate()
        process.wait()
        lines = process.lines()
        assert lines
        for line in lines:
            assert {"time", "level", "message", "service", "logger"} <= line.keys(), line
            assert datetime.fromisoformat(line["time"]).utcoffset() is not None
            assert line["level"] in {"debug", "info", "warning", "error", "critical"}
    assert {line["service"] for line in api.lines()} == {"api"}
    assert {line["service"] for line in worker.lines()} == {"worker"}


def requests(process: Process, identity: str) -> list[dict[str, Any]]:
    return [one for one in process.logged("request") if one["request_id"] == identity]


def test_a_request_is_found_again_in_the_log(platform: Platform) -> None:
    api = platform.api()
    answer = api.get("/api/runs?limit=5", headers={"X-Request-ID": "customer-called_42"})
    assert answer.headers["X-Request-ID"] == "customer-called_42"
    # the answer is on its way before the line is written
    (line,) = until("the request to be logged", lambda: requests(api, "customer-called_42"))
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/runs", 200)
    assert "limit" not in json.dumps(line)  # what was asked for may be personal
    assert line["duration_ms"] > 0


def test_a_request_id_that_could_forge_a_log_is_replaced(platform: Platform) -> None:
    api = platform.api()
    for given in ('a","level":"error', "x" * 65, ""):
        answer = api.get("/api/runs", headers={"X-Request-ID": given})
        assert answer.headers["X-Request-ID"] != given
        assert answer.headers["X-Request-ID"].isalnum()


def test_a_run_is_found_again_in_the_workers_log(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker()
    steps = [{"kind": "fail_times", "times": 1}]
    workflow = api.post("/api/workflows", json={"name": "a", "steps": steps}).json()["id"]
    run = wait_state(api, workflow)["run"]
    until("the run's end to be logged", lambda: worker.logged("run finished"))
    (failed,) = worker.logged("step failed")
    (finished,) = worker.logged("run finished")
    assert failed["request_id"] == finished["request_id"] == run
    assert (failed["position"], failed["attempt"]) == (0, 1)


def test_request_metrics_have_bounded_labels(platform: Platform) -> None:
    api = platform.api()
    for number in range(3):
        api.get(f"/api/workflows/00000000-0000-0000-0000-00000000000{number}")
        api.get(f"/random/{number}")
        api.request("PROPFIND", "/api/runs")
    api.post("/api/workflows", json={"name": "a"})
    accepted = duration_of("POST", "/api/workflows", 202)
    # the last answer is on its way before it is counted
    until("the last request to be counted", lambda: api.metrics().get(accepted) == 1)
    figures = api.metrics()
    assert figures[duration_of("GET", "/api/workflows/{workflow}", 404)] == 3
    assert figures[duration_of("GET", "unmatched", 404)] == 3
    assert figures[duration_of("_OTHER", "/api/runs", 405)] == 3
    # Probes and scrapes are no users.
    assert not [name for name in figures if "livez" in name or "readyz" in name]
    assert "process_resident_memory_bytes" in figures


def test_the_promised_metrics_are_there_before_anything_happened(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker()
    figures = worker.metrics()
    assert figures['workflow_runs_total{outcome="ok"}'] == 0
    assert figures['workflow_runs_total{outcome="failed"}'] == 0
    assert figures["workflow_step_retries_total"] == 0
    assert figures["workflow_runs_running"] == 0
    assert "queue_oldest_age_seconds" in figures
    assert "active_users" in api.metrics()


def test_the_queues_age_is_that_of_the_oldest_run_that_waits(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker(WORKER_CONCURRENCY="1")
    nap = [{"kind": "sleep", "seconds": 5}]
    first = api.post("/api/workflows", json={"name": "first", "steps": nap}).json()["id"]
    wait_state(api, first, "running")
    second = api.post("/api/workflows", json={"name": "second"}).json()["id"]
    platform.rows("UPDATE runs SET queued = queued - interval '1 hour' WHERE state = 'queued'")
    until(
        "the age to be over an hour",
        lambda: worker.metrics()["queue_oldest_age_seconds"] >= 3600,
    )
    wait_state(api, second, "done")
    until("the age to be none", lambda: worker.metrics()["queue_oldest_age_seconds"] == 0)


def test_users_are_counted_while_they_are_active(platform: Platform) -> None:
    api = platform.api()
    api.get("/")
    until("the guest to be counted", lambda: api.metrics()["active_users"] == 1)
    platform.rows("UPDATE users SET last_seen = now() - interval '6 min' WHERE name = 'guest'")
    until("nobody to be counted", lambda: api.metrics()["active_users"] == 0)


def test_a_worker_says_why_it_does_not_start(platform: Platform) -> None:
    taken = platform.worker()
    second = platform.start(start_worker, {"WORKER_METRICS_PORT": str(taken.port)})
    assert second.wait() == 1
    (line,) = second.logged("cannot start")
    assert line["reason"] == f"cannot listen on 127.0.0.1:{taken.port}"

    third = platform.start(start_worker, {"WORKER_CONCURRENCY": "many"})
    assert third.wait() == 2
    assert third.output() == (
        "worker: WORKER_CONCURRENCY is 'many'; it must be a whole number, 1 to 64\n"
    )


def test_an_api_says_why_it_does_not_start(platform: Platform) -> None:
    api = platform.start(start_api, {"REDIS_URL": ""})
    assert api.wait() == 1
    assert api.output() == "api: REDIS_URL is not set; it looks like redis://host:6379/0\n"
