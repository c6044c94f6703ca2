"""Once a second: the queue's age, runs that the queue has lost, records past their time."""

import asyncio
import contextlib
import logging
import math

from common.database import Database
from common.errors import DependencyDownError
from common.work_queue import WorkQueue

from worker.leases import LEASE_SECONDS
from worker.metrics import QUEUE_AGE

log = logging.getLogger(__name__)

_EVERY = 1.0
_TIDY_EVERY = 60  # sweeps

_AGE = """
SELECT coalesce(extract(epoch FROM now() - min(queued)), 0)::float AS age
  FROM runs WHERE state = 'queued'
"""
# Redis may forget (it is a queue, not a store of record): what waits for longer than a queue
# should, or whose worker fell silent, is put there again. Twice is harmless.
_LOST = """
UPDATE runs SET pushed = now() WHERE id IN (
    SELECT id FROM runs
     WHERE pushed < now() - interval '10 s'
       AND (state = 'queued'
            OR (state = 'running' AND lease_until < now() - make_interval(secs => %(lease)s)))
     ORDER BY queued LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING id, traceparent
"""
_UNFINISHED = "SELECT count(*) AS n FROM runs WHERE state IN ('queued', 'running')"
_TIDY = """
DELETE FROM workflows WHERE id IN (
    SELECT id FROM workflows
     WHERE created < now() - make_interval(days => %(days)s)
       AND NOT EXISTS (SELECT FROM runs WHERE workflow_id = workflows.id
                       AND (state IN ('queued', 'running')
                            OR queued > now() - make_interval(days => %(days)s)))
     ORDER BY created LIMIT 500)
"""


class Sweep:
    """Safe to run in every worker at once."""

    def __init__(self, database: Database, queue: WorkQueue, *, keep_days: int) -> None:
        self._database = database
        self._queue = queue
        self._keep_days = keep_days

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweep until `stopping`; an outage only makes the age unknown (NaN)."""
        count = 0
        while not stopping.is_set():
            try:
                await self._measure()
                await self._requeue()
                if count % _TIDY_EVERY == 0:
                    await self._tidy()
            except DependencyDownError as error:
                if error.store == "database":
                    QUEUE_AGE.set(math.nan)
            count += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _EVERY)

    async def _measure(self) -> None:
        row = await self._database.row(_AGE)
        QUEUE_AGE.set(row["age"] if row else math.nan)

    async def _requeue(self) -> None:
        """Nothing is lost while there is a message for every run; the runs only wait long then.

        Queueing those again would lengthen the queue the more, the longer it is.
        """
        unfinished = await self._database.row(_UNFINISHED)
        if unfinished is None or await self._queue.length() >= unfinished["n"]:
            return
        for row in await self._database.rows(_LOST, {"lease": LEASE_SECONDS}):
            await self._queue.push(str(row["id"]), traceparent=row["traceparent"])
            log.warning("queued again", extra={"fields": {"run": str(row["id"])}})

    async def _tidy(self) -> None:
        await self._database.rows(_TIDY, {"days": self._keep_days})
        await self._queue.forget_consumers()
