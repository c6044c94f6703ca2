"""A request is accepted or nothing happened, also where the queue goes away in between."""

import asyncio
from uuid import UUID

import pytest
from api.submit import _push
from common import cache
from common.database import Database
from common.errors import DependencyDownError
from common.work_queue import WorkQueue
from support.processes import Process
from support.wait import free_port

from conftest import Platform

HEADERS = {"Idempotency-Key": "order-7"}


def accepted(api: Process) -> str:
    answer = api.post("/api/workflows", json={"name": "test"}, headers=HEADERS)
    assert answer.status_code == 202
    return str(answer.json()["id"])


def fail_to_queue(platform: Platform) -> None:
    """The end of a request that wrote the one run there is, and now meets a queue that is gone."""
    (row,) = platform.rows("SELECT id, workflow_id FROM runs")

    async def main(workflow: UUID, run: UUID) -> None:
        database = Database(platform.environment["DATABASE_URL"], service="test", size=1)
        redis = cache.connect(f"redis://127.0.0.1:{free_port()}/0")
        await database.open()
        try:
            await _push(database, WorkQueue(redis), workflow, run)
        finally:
            await redis.aclose()
            await database.close()

    asyncio.run(main(row["workflow_id"], row["id"]))


def test_what_cannot_be_queued_is_withdrawn(platform: Platform) -> None:
    api = platform.api()
    workflow = accepted(api)
    with pytest.raises(DependencyDownError):
        fail_to_queue(platform)
    assert platform.rows("SELECT id FROM workflows") == []
    assert accepted(api) != workflow  # the key is free again


def test_what_a_repeated_request_was_promised_is_not_withdrawn(platform: Platform) -> None:
    api = platform.api()
    workflow = accepted(api)
    assert accepted(api) == workflow
    fail_to_queue(platform)
    assert api.get(f"/api/workflows/{workflow}").json()["state"] == "queued"


def test_a_repeated_request_is_told_when_the_first_was_just_withdrawn(platform: Platform) -> None:
    api = platform.api()
    accepted(api)
    platform.rows("DELETE FROM runs")  # half of the withdrawal
    answer = api.post("/api/workflows", json={"name": "test"}, headers=HEADERS)
    assert answer.status_code == 503
