"""Runs are executed: once, again where a step fails, and by another worker where one dies."""

from collections import Counter
from typing import Any

import pytest
from support.processes import Process, wait_state
from support.servers import Redis
from support.wait import until

from conftest import Platform

OK = 'workflow_runs_total{outcome="ok"}'
FAILED = 'workflow_runs_total{outcome="failed"}'


def submit(api: Process, *steps: dict[str, Any], **headers: str) -> str:
    body = {"name": "test", "steps": list(steps)}
    answer = api.post("/api/workflows", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def steps_of(api: Process, run: str) -> list[dict[str, Any]]:
    return list(api.get(f"/api/runs/{run}").json()["steps"])


def total(name: str, *workers: Process) -> float:
    return sum(worker.metrics()[name] for worker in workers)


def test_a_workflow_runs_to_its_outputs(platform: Platform) -> None:
    api = platform.api()
    platform.worker()
    workflow = submit(
        api,
        {"kind": "template", "template": "$workflow for $who", "values": {"who": "Ada"}},
        {"kind": "template", "template": "<$step_0> costs $$5, $unknown stays"},
        {"kind": "hash", "text": "abc"},
        {"kind": "sleep", "seconds": 0.01},
    )
    record = wait_state(api, workflow)
    assert record["state"] == "done"
    assert record["queued"] <= record["started"] <= record["finished"]
    assert [step["output"] for step in steps_of(api, record["run"])] == [
        "test for Ada",
        "<test for Ada> costs $5, $unknown stays",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "slept 0.01 s",
    ]


def test_a_run_that_is_delivered_often_is_executed_once(platform: Platform, redis: Redis) -> None:
    api = platform.api()
    queued = [submit(api, {"kind": "sleep", "seconds": 0.3}) for _ in range(5)]
    runs = [row["id"] for row in platform.rows("SELECT id FROM runs")]
    with redis.client() as client:
        for run in runs * 3:
            client.xadd("runs", {"run": str(run)})
        workers = [platform.worker(), platform.worker()]
        for workflow in queued:
            assert wait_state(api, workflow)["state"] == "done"
        for run in runs:
            client.xadd("runs", {"run": str(run)})  # and once more after it is over
        until("every message to be acknowledged", lambda: client.xlen("runs") == 0)

    assert len(runs) == 5
    assert platform.rows("SELECT DISTINCT state, deliveries, lease, error FROM runs") == [
        {"state": "done", "deliveries": 1, "lease": None, "error": None}
    ]
    assert platform.rows("SELECT count(*) AS n, max(attempts) AS most FROM run_steps") == [
        {"n": 5, "most": 1}
    ]
    assert total(OK, *workers) == 5
    finished = Counter(
        line["request_id"] for worker in workers for line in worker.logged("run finished")
    )
    assert finished == Counter({str(run): 1 for run in runs})


def test_a_step_that_fails_is_tried_again_until_it_works(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker()
    record = wait_state(api, submit(api, {"kind": "fail_times", "times": 2}))
    assert record["state"] == "done"
    (step,) = steps_of(api, record["run"])
    assert (step["attempts"], step["output"]) == (3, "worked at attempt 3")
    assert step["error"] is None
    figures = worker.metrics()
    assert figures["workflow_step_retries_total"] == 2
    assert (figures[OK], figures[FAILED]) == (1, 0)


def test_a_step_without_retries_left_fails_the_run(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker()
    workflow = submit(
        api,
        {"kind": "hash", "text": "done before"},
        {"kind": "fail_times", "times": 3, "retries": 1},
        {"kind": "hash", "text": "never reached"},
    )
    record = wait_state(api, workflow)
    assert record["state"] == "failed"
    assert record["error"] == "step 1 (fail_times): attempt 2 of 3 that fail"
    assert [step["attempts"] for step in steps_of(api, record["run"])] == [1, 2]
    until("the failure to be counted", lambda: worker.metrics()[FAILED] == 1)
    assert worker.metrics()[OK] == 0


def test_a_failed_workflow_can_be_run_again(platform: Platform) -> None:
    api = platform.api()
    platform.worker()
    workflow = submit(api, {"kind": "fail_times", "times": 1, "retries": 0})
    first = wait_state(api, workflow, "failed")
    answer = api.post(f"/api/workflows/{workflow}/runs")
    assert answer.status_code == 202
    until("the second run to end", lambda: len(api.get("/api/runs?state=failed").json()) == 2)
    record = wait_state(api, workflow, "failed")
    assert record["run"] == answer.json()["id"] != first["run"]


def test_another_worker_finishes_what_a_killed_one_began(platform: Platform) -> None:
    api, first = platform.api(), platform.worker()
    workflow = submit(
        api, {"kind": "hash", "text": "finished"}, {"kind": "sleep", "seconds": 3, "retries": 0}
    )
    run = wait_state(api, workflow, "running")["run"]
    until("the second step to begin", lambda: len(steps_of(api, run)) == 2)
    first.kill()
    second = platform.worker()
    assert wait_state(api, workflow)["state"] == "done"
    assert [step["attempts"] for step in steps_of(api, run)] == [1, 2]
    assert platform.rows("SELECT deliveries FROM runs") == [{"deliveries": 2}]
    until("the run to be counted", lambda: second.metrics()[OK] == 1)


def test_a_run_that_the_queue_has_lost_is_queued_again(platform: Platform, redis: Redis) -> None:
    api = platform.api()
    workflow = submit(api, {"kind": "hash", "text": "abc"})
    with redis.client() as client:
        client.flushall()
    platform.rows("UPDATE runs SET pushed = pushed - interval '1 minute'")
    worker = platform.worker()
    assert wait_state(api, workflow)["state"] == "done"
    until("it to be logged", lambda: worker.logged("queued again"))
    assert [line["run"] for line in worker.logged("queued again")] == [
        str(row["id"]) for row in platform.rows("SELECT id FROM runs")
    ]


def test_a_long_queue_is_not_made_longer(platform: Platform, redis: Redis) -> None:
    """Runs that wait for their turn are not lost: queueing them again would only add to it."""
    api, worker = platform.api(), platform.worker(WORKER_CONCURRENCY="1")
    wait_state(api, submit(api, {"kind": "sleep", "seconds": 10}), "running")
    for _ in range(5):
        submit(api, {"kind": "hash", "text": "abc"})
    platform.rows("UPDATE runs SET pushed = pushed - interval '1 minute'")
    until("the first sweep", lambda: worker.metrics()["queue_oldest_age_seconds"] >= 0)
    for _ in range(3):
        age = worker.metrics()["queue_oldest_age_seconds"]
        until("the next sweep", lambda: worker.metrics()["queue_oldest_age_seconds"] > age)  # noqa: B023
    with redis.client() as client:
        assert client.xlen("runs") == 6
    assert not worker.logged("queued again")


def test_a_run_that_workers_cannot_finish_is_given_up(platform: Platform) -> None:
    api = platform.api()
    workflow = submit(api, {"kind": "hash", "text": "abc"})
    platform.rows("UPDATE runs SET deliveries = 10")
    platform.worker()
    record = wait_state(api, workflow)
    assert record["state"] == "failed"
    assert record["error"].startswith("given up")


@pytest.mark.parametrize("times", [2, 8])
def test_a_request_that_is_repeated_with_its_key_creates_one_workflow(
    platform: Platform, times: int
) -> None:
    api = platform.api()
    step = {"kind": "hash", "text": "abc"}
    ids = {submit(api, step, **{"Idempotency-Key": "order-7"}) for _ in range(times)}
    assert len(ids) == 1
    assert platform.rows("SELECT count(*) AS n FROM runs") == [{"n": 1}]

    other = api.post("/api/workflows", json={"name": "b"}, headers={"Idempotency-Key": "order-7"})
    assert other.status_code == 422
    again = api.post(
        "/api/workflows",
        json={"name": "test", "steps": [step]},
        headers={"Idempotency-Key": "order-7"},
    )
    assert again.headers["Idempotency-Replayed"] == "true"
