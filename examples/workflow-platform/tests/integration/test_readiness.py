"""Stores come and go: readiness follows, liveness does not, and no request is half done."""

import pytest
from support.processes import start_api, start_worker, wait_reasons, wait_state
from support.servers import Postgres, Redis
from support.wait import until

from conftest import Platform

HELLO = {"name": "hello"}


def test_without_redis_nothing_is_accepted_and_nothing_is_kept(
    platform: Platform, redis: Redis
) -> None:
    api, worker = platform.api(), platform.worker()
    redis.stop()
    for process in (api, worker):
        assert all(wait_reasons(process, "cache").values())
        assert process.get("/livez").status_code == 200

    refused = api.post("/api/workflows", json=HELLO)
    assert refused.status_code == 503
    assert refused.json()["error"] == "the cache does not answer"
    assert refused.headers["Retry-After"] == "1"
    assert platform.rows("SELECT count(*) AS n FROM workflows") == [{"n": 0}]
    assert api.get("/").status_code == 200  # what needs no queue goes on

    redis.start()
    for process in (api, worker):
        wait_reasons(process)
    accepted = api.post("/api/workflows", json=HELLO)
    assert wait_state(api, accepted.json()["id"])["state"] == "done"


def test_without_postgres_nothing_is_served(platform: Platform, postgres: Postgres) -> None:
    api, worker = platform.api(), platform.worker()
    postgres.stop()
    for process in (api, worker):
        assert all(wait_reasons(process, "database").values())
        assert process.get("/livez").status_code == 200
    for path in ("/", "/api/runs"):
        refused = api.get(path)
        assert (refused.status_code, refused.json()["error"]) == (
            503,
            "the database does not answer",
        )
    # What cannot be known is not a number: an age of 0 would say that all is well.
    until(
        "the age of the queue to be unknown",
        lambda: str(worker.metrics()["queue_oldest_age_seconds"]) == "nan",
    )
    until("the users to be unknown", lambda: str(api.metrics()["active_users"]) == "nan")

    postgres.start()
    for process in (api, worker):
        wait_reasons(process)
    accepted = api.post("/api/workflows", json=HELLO)
    assert wait_state(api, accepted.json()["id"])["state"] == "done"
    until(
        "the age of the queue to be known",
        lambda: worker.metrics()["queue_oldest_age_seconds"] >= 0,
    )


def test_a_store_that_hangs_counts_as_gone(platform: Platform, redis: Redis) -> None:
    api, worker = platform.api(), platform.worker()
    redis.freeze()
    for process in (api, worker):
        wait_reasons(process, "cache")
        assert process.get("/livez").status_code == 200
    assert api.post("/api/workflows", json=HELLO).status_code == 503
    redis.thaw()
    for process in (api, worker):
        wait_reasons(process)


def test_a_run_goes_on_where_an_outage_interrupted_it(
    platform: Platform, redis: Redis, postgres: Postgres
) -> None:
    api, worker = platform.api(), platform.worker()
    steps = [{"kind": "hash", "text": "before"}, {"kind": "sleep", "seconds": 2}]
    workflow = api.post("/api/workflows", json={"name": "long", "steps": steps}).json()["id"]
    wait_state(api, workflow, "running")
    until(
        "the first step to end", lambda: platform.rows("SELECT 1 FROM run_steps WHERE position = 1")
    )
    postgres.stop()
    redis.stop()
    until("the worker to meet it", lambda: worker.logged("waiting for a store"))
    redis.start()
    postgres.start()
    wait_reasons(api)
    assert wait_state(api, workflow)["state"] == "done"
    assert platform.rows("SELECT attempts FROM run_steps WHERE position = 0") == [{"attempts": 1}]


@pytest.mark.parametrize("how", [start_api, start_worker])
def test_a_process_that_starts_before_its_stores_waits_for_them(
    platform: Platform, redis: Redis, postgres: Postgres, how: object
) -> None:
    redis.stop()
    postgres.stop()
    process = platform.start(how, {})  # type: ignore[arg-type]
    process.wait_alive()
    wait_reasons(process, "cache", "database")
    # Nobody has looked yet: a figure of 0 would say that all is well.
    figures = process.metrics()
    (figure,) = figures.keys() & {"queue_oldest_age_seconds", "active_users"}
    assert str(figures[figure]) == "nan"
    redis.start()
    wait_reasons(process, "database")
    postgres.start()
    wait_reasons(process)


def test_each_change_of_readiness_is_logged_once(platform: Platform, redis: Redis) -> None:
    api = platform.api()
    redis.stop()
    wait_reasons(api, "cache")
    api.reasons()
    redis.start()
    wait_reasons(api)
    assert [line["dependency"] for line in api.logged("not ready")].count("cache") == 1
    told = until("the return to be told", lambda: api.logged("ready again"))
    assert [line["dependency"] for line in told].count("cache") == 1


def test_replicas_that_start_together_migrate_once(platform: Platform) -> None:
    replicas = [platform.start(start_api, {}) for _ in range(2)]
    replicas.append(platform.start(start_worker, {}))
    for replica in replicas:
        replica.wait_ready()

    def migrated() -> list[str]:
        lines = (line for each in replicas for line in each.logged("migration applied"))
        return [line["migration"] for line in lines]

    # a worker is ready as soon as its stores answer, which may be before it has migrated
    names = ["0001_initial", "0002_traces"]
    until("each migration to be told", lambda: len(migrated()) >= len(names))
    assert sorted(migrated()) == names
    rows = platform.rows("SELECT name FROM schema_migrations ORDER BY name")
    assert [row["name"] for row in rows] == names
