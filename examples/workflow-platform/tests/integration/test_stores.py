"""The parts that talk to a store, against the real ones: the queue, the leases, the schema."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
import pytest
from common import cache
from common.database import Database
from common.errors import DependencyDownError
from common.schema import migrate
from common.steps import STEPS, default_steps
from common.work_queue import Delivery, WorkQueue
from psycopg.types.json import Jsonb
from support.servers import Postgres, Redis
from worker.execute import execute
from worker.leases import Lease, LeaseLostError, Leases, Refusal

Result = TypeVar("Result")


def with_queue(redis: Redis, use: Callable[[WorkQueue], Awaitable[Result]]) -> Result:
    async def main() -> Result:
        client = cache.connect(redis.url)
        try:
            return await use(WorkQueue(client))
        finally:
            await client.aclose()

    return asyncio.run(main())


def with_database(url: str, use: Callable[[Database], Awaitable[Result]]) -> Result:
    async def main() -> Result:
        database = Database(url, service="test", size=4)
        await database.open()
        try:
            await migrate(database)
            return await use(database)
        finally:
            await database.close()

    return asyncio.run(main())


def new_run(url: str, steps: object = None) -> str:
    """A queued run of a new workflow, put there as the api does."""
    stored = STEPS.dump_python(default_steps(), mode="json") if steps is None else steps
    run, workflow = uuid.uuid4(), uuid.uuid4()
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO workflows (id, owner_id, name, steps, request_digest)"
            " SELECT %s, id, 'test', %s, '' FROM users WHERE name = 'guest'",
            [workflow, Jsonb(stored)],
        )
        connection.execute("INSERT INTO runs (id, workflow_id) VALUES (%s, %s)", [run, workflow])
    return str(run)


def expire(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE runs SET lease_until = now() - interval '1 s'")


def test_a_message_goes_to_one_consumer_and_leaves_when_it_is_done(redis: Redis) -> None:
    async def use(queue: WorkQueue) -> None:
        assert await queue.take("a", wait_ms=10) is None
        await queue.push("run-1")
        taken = await queue.take("a", wait_ms=10)
        assert taken is not None
        assert taken.run == "run-1"
        assert await queue.take("b", wait_ms=10) is None
        await queue.done(taken)
        await queue.done(taken)  # twice is harmless
        assert await queue.take_over("b", idle_ms=0) is None

    with_queue(redis, use)
    with redis.client() as client:
        assert client.xlen("runs") == 0


def test_what_was_queued_before_the_first_worker_is_taken(redis: Redis) -> None:
    async def use(queue: WorkQueue) -> Delivery | None:
        await queue.push("early")
        await queue.take("a", wait_ms=10)  # makes the group
        return await queue.take("a", wait_ms=10)

    delivery = with_queue(redis, use)
    assert delivery is not None
    assert delivery.run == "early"


def test_a_dead_consumers_message_is_taken_over_behind_any_number_of_others(redis: Redis) -> None:
    """One call examines a few messages only; those before the dead one's are in work."""

    async def use(queue: WorkQueue) -> str:
        await queue.take("alive", wait_ms=10)
        for number in range(40):
            await queue.push(f"run-{number}")
            await queue.take("alive", wait_ms=10)
        await queue.push("orphan")
        orphan = await queue.take("dead", wait_ms=10)
        assert orphan is not None
        # Its consumer fell silent an hour ago; the others have only just begun.
        with redis.client() as client:
            client.execute_command(
                "XCLAIM", "runs", "workers", "dead", 0, orphan.entry, "IDLE", 3_600_000, "JUSTID"
            )
        for _ in range(20):
            if found := await queue.take_over("alive", idle_ms=60_000):
                return found.run
        return "none"

    assert with_queue(redis, use) == "orphan"


def test_a_message_that_is_none_is_delivered_as_no_run(redis: Redis) -> None:
    async def use(queue: WorkQueue) -> Delivery | None:
        await queue.take("a", wait_ms=10)
        with redis.client() as client:
            client.xadd("runs", {"something": "else"})
        return await queue.take("a", wait_ms=10)

    delivery = with_queue(redis, use)
    assert delivery is not None
    assert delivery.run == ""


def test_a_consumer_that_was_seen_lately_is_not_forgotten(redis: Redis) -> None:
    async def use(queue: WorkQueue) -> None:
        await queue.take("a", wait_ms=10)
        await queue.push("run-1")
        await queue.take("a", wait_ms=10)
        await queue.forget_consumers()

    with_queue(redis, use)
    with redis.client() as client:
        (consumer,) = client.xinfo_consumers("runs", "workers")
    assert consumer["name"] == "a"


def test_a_full_redis_counts_as_down(redis: Redis) -> None:
    with redis.client() as client:
        client.config_set("maxmemory", "1")
        try:
            with pytest.raises(DependencyDownError) as caught:
                with_queue(redis, lambda queue: queue.push("run-1"))
        finally:
            client.config_set("maxmemory", "0")
    assert caught.value.store == "cache"


def test_a_run_has_one_holder_at_a_time(database_url: str) -> None:
    async def use(database: Database) -> None:
        leases = Leases(database)
        run = new_run(database_url)
        claims = await asyncio.gather(*(leases.claim(run) for _ in range(4)))
        assert [claim for claim in claims if claim is Refusal.HELD] == [Refusal.HELD] * 3
        (lease,) = [claim for claim in claims if isinstance(claim, Lease)]
        await leases.renew(lease)
        await leases.finish(lease)
        assert await leases.claim(run) is Refusal.OVER
        assert await leases.claim(str(uuid.uuid4())) is Refusal.OVER

    with_database(database_url, use)


def test_who_lost_the_lease_can_write_nothing_more(database_url: str) -> None:
    async def use(database: Database) -> None:
        leases = Leases(database)
        run = new_run(database_url)
        old = await leases.claim(run)
        assert isinstance(old, Lease)
        await leases.begin_step(old, 0, "hash")
        expire(database_url)
        new = await leases.claim(run)
        assert isinstance(new, Lease)
        for write in (
            leases.renew(old),
            leases.begin_step(old, 0, "hash"),
            leases.store_step(old, 0, output="late"),
            leases.finish(old),
        ):
            with pytest.raises(LeaseLostError):
                await write
        assert await leases.outputs(new) == {}
        await leases.store_step(new, 0, output="right")
        assert await leases.outputs(new) == {0: "right"}

    with_database(database_url, use)


@pytest.mark.parametrize("message", ["", "no-uuid", "'; DROP TABLE runs; --", "\x00"])
def test_a_message_without_a_run_is_over_at_once(database_url: str, message: str) -> None:
    claim = with_database(database_url, lambda database: Leases(database).claim(message))
    assert claim is Refusal.OVER


def test_steps_of_a_newer_version_fail_their_run_and_not_the_worker(database_url: str) -> None:
    async def use(database: Database) -> str | None:
        leases = Leases(database)
        lease = await leases.claim(new_run(database_url, [{"kind": "teleport"}]))
        assert isinstance(lease, Lease)
        return await execute(leases, lease)

    error = with_database(database_url, use)
    assert error == "given up: this version of the worker does not know all of its steps"


def test_a_schema_is_migrated_once(database_url: str) -> None:
    async def use(database: Database) -> list[list[str]]:
        return await asyncio.gather(*(migrate(database) for _ in range(3)))

    assert with_database(database_url, use) == [[], [], []]


def test_a_statement_that_takes_too_long_counts_as_down(database_url: str) -> None:
    async def use(database: Database) -> None:
        await database.rows("SELECT pg_sleep(30)")

    with pytest.raises(DependencyDownError) as caught:
        with_database(database_url, use)
    assert caught.value.store == "database"


def test_a_connection_that_the_server_closed_is_not_used_again(
    database_url: str, postgres: Postgres
) -> None:
    async def use(database: Database) -> None:
        await database.check()
        await asyncio.to_thread(postgres.stop)
        with pytest.raises(DependencyDownError):
            await database.check()
        await asyncio.to_thread(postgres.start)
        await database.check()

    with_database(database_url, use)
