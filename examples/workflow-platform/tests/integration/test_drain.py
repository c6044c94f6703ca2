"""SIGTERM: what is running is finished, nothing new is begun, the exit code is that of success."""

import signal
from concurrent.futures import ThreadPoolExecutor

import psycopg
from support.processes import Process, start_worker, wait_state
from support.wait import until

from conftest import Platform


def submit_sleep(api: Process, seconds: float) -> str:
    steps = [{"kind": "sleep", "seconds": seconds}]
    answer = api.post("/api/workflows", json={"name": "nap", "steps": steps})
    return str(answer.json()["id"])


def test_a_worker_finishes_its_runs_and_begins_no_other(platform: Platform) -> None:
    api, worker = platform.api(), platform.worker(WORKER_CONCURRENCY="1")
    running = submit_sleep(api, 3)
    wait_state(api, running, "running")
    worker.terminate()
    until("the worker to drain", lambda: worker.logged("draining"))
    waiting = submit_sleep(api, 0)
    # It can be watched while it drains.
    assert worker.metrics()["workflow_runs_running"] == 1
    assert worker.wait() == 0

    assert wait_state(api, running)["state"] == "done"
    assert wait_state(api, waiting, "queued", "running", "done")["state"] == "queued"
    assert [line["running"] for line in worker.logged("draining")] == [1]
    assert worker.lines()[-1]["message"] == "stopped"


def test_a_worker_that_may_not_wait_leaves_its_run_to_the_next(platform: Platform) -> None:
    api, first = platform.api(), platform.worker(WORKER_DRAIN_SECONDS="0")
    workflow = submit_sleep(api, 2)
    wait_state(api, workflow, "running")
    first.terminate()
    assert first.wait() == 0
    assert first.logged("gave up draining; the runs' leases will expire")
    assert wait_state(api, workflow, "running", "done", "failed")["state"] == "running"

    platform.worker()
    assert wait_state(api, workflow)["state"] == "done"
    assert platform.rows("SELECT deliveries FROM runs") == [{"deliveries": 2}]


def test_an_api_answers_the_request_that_it_has(platform: Platform) -> None:
    api = platform.api()
    url = platform.environment["DATABASE_URL"]
    with ThreadPoolExecutor() as threads, psycopg.connect(url) as blocking:
        blocking.execute("LOCK TABLE workflows")
        answer = threads.submit(api.post, "/api/workflows", json={"name": "late"})
        until("the request to wait for the lock", lambda: _waiting(platform))
        api.terminate()
        until("the api to shut down", lambda: api.logged("Shutting down"))
        blocking.rollback()
        assert answer.result().status_code == 202
    # uvicorn ends with the signal that it was sent, after its clean-up.
    assert api.wait() in {0, -signal.SIGTERM}
    assert api.logged("stopped")
    assert platform.rows("SELECT state FROM runs") == [{"state": "queued"}]


def test_a_worker_stops_while_its_stores_are_away(platform: Platform) -> None:
    worker = platform.start(start_worker, {"DATABASE_URL": "postgresql://app@127.0.0.1:1/none"})
    worker.wait_alive()
    worker.terminate()
    assert worker.wait() == 0


def _waiting(platform: Platform) -> bool:
    query = (
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'api' AND wait_event_type = 'Lock'"
    )
    return bool(platform.rows(query))
