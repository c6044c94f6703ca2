"""Creating workflows and queueing runs: PostgreSQL first, then the queue, or neither."""

import contextlib
import hashlib
import json
import logging
import uuid
from dataclasses import dataclass

from common.cache import NAME as CACHE
from common.database import Connection, Database
from common.errors import DependencyDownError
from common.work_queue import WorkQueue
from psycopg.types.json import Jsonb

from api.requests import NewWorkflow
from seatrial_instrument import current, inject

log = logging.getLogger(__name__)

_INSERT = """
INSERT INTO workflows (id, owner_id, name, steps, idempotency_key, request_digest)
VALUES (%(id)s, %(owner)s, %(name)s, %(steps)s, %(key)s, %(digest)s)
ON CONFLICT DO NOTHING RETURNING id
"""
_EARLIER = """
SELECT id, request_digest FROM workflows WHERE owner_id = %(owner)s AND idempotency_key = %(key)s
"""
# `pushed` is later than `queued` where somebody else was promised the run, or the sweep has it.
_PROMISE = """
UPDATE runs SET pushed = clock_timestamp()
 WHERE workflow_id = %(id)s AND state = 'queued' AND pushed = queued
"""
_HAS_RUN = "SELECT id FROM runs WHERE workflow_id = %(id)s LIMIT 1"
_RUN = b"""
INSERT INTO runs (id, workflow_id, traceparent) VALUES (%(run)s, %(id)s, %(traceparent)s)
"""
_WITHDRAW_RUN = """
DELETE FROM runs WHERE id = %(run)s AND state = 'queued' AND pushed = queued
RETURNING workflow_id
"""
_WITHDRAW_EMPTY = """
DELETE FROM workflows WHERE id = %(id)s AND NOT EXISTS
       (SELECT FROM runs WHERE workflow_id = %(id)s)
"""


class KeyReusedError(Exception):
    """The same Idempotency-Key came with another body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """`replayed`: the same request had been accepted before, and nothing was done now."""

    id: uuid.UUID
    replayed: bool


async def submit(
    database: Database, queue: WorkQueue, owner: uuid.UUID, body: NewWorkflow, key: str | None
) -> Submitted:
    """Create a workflow and queue a run of it. Raises DependencyDownError, KeyReusedError."""
    steps = body.plain_steps()
    workflow, run = uuid.uuid4(), uuid.uuid4()
    values = {
        "id": workflow,
        "run": run,
        "owner": owner,
        "name": body.name,
        "steps": Jsonb(steps),
        "key": key,
        "traceparent": _traceparent(),
        "digest": hashlib.sha256(json.dumps([body.name, steps]).encode()).digest(),
    }
    async with database.connection() as connection, connection.transaction():
        cursor = await connection.execute(_INSERT.encode(), values)
        if await cursor.fetchone() is None:
            return await _replay(connection, values)
        await connection.execute(_RUN, values)
    await _push(database, queue, workflow, run)
    return Submitted(id=workflow, replayed=False)


async def run_again(database: Database, queue: WorkQueue, workflow: uuid.UUID) -> uuid.UUID:
    """Queue another run of a workflow and return its id. Raises DependencyDownError."""
    run = uuid.uuid4()
    values = {"run": run, "id": workflow, "traceparent": _traceparent()}
    await database.rows(_RUN.decode(), values)
    await _push(database, queue, workflow, run)
    return run


def _traceparent() -> str | None:
    """Where in which trace this request is, for whoever executes what it asks for."""
    carrier: dict[str, str] = {}
    inject(current.get(), carrier)
    return carrier.get("traceparent")


async def _replay(connection: Connection, values: dict[str, object]) -> Submitted:
    cursor = await connection.execute(_EARLIER.encode(), values)
    earlier = await cursor.fetchone()
    if earlier is None or bytes(earlier["request_digest"]) != values["digest"]:
        raise KeyReusedError
    # The earlier request may still be trying to queue its run: from here on it cannot take back
    # what this one is told; and if it just did, this one has nothing to tell.
    await connection.execute(_PROMISE.encode(), {"id": earlier["id"]})
    cursor = await connection.execute(_HAS_RUN.encode(), {"id": earlier["id"]})
    if await cursor.fetchone() is None:
        raise DependencyDownError(CACHE, "the earlier request was just withdrawn")
    return Submitted(id=earlier["id"], replayed=True)


async def _push(database: Database, queue: WorkQueue, workflow: uuid.UUID, run: uuid.UUID) -> None:
    """Put the run into the queue, or take it back, so that a 503 means that nothing happened.

    Where it cannot be taken back either, the worker's sweep will find and run it; where a
    worker has begun, or a repetition of the request was accepted, it was accepted after all.
    """
    try:
        await queue.push(str(run))
    except DependencyDownError:
        with contextlib.suppress(DependencyDownError):
            if await database.row(_WITHDRAW_RUN, {"run": run}) is None:
                return
            log.warning("run withdrawn", extra={"fields": {"run": str(run)}})
            await database.rows(_WITHDRAW_EMPTY, {"id": workflow})
        raise
