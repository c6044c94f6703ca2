"""Who may execute a run: a lease in PostgreSQL, checked by every write.

The queue may deliver a run twice, late, or to two workers. A run takes effect once all the same:
only the holder of its current lease can store a step or finish it.
"""

import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Any

from common.database import Database
from common.steps import STEPS, Step
from pydantic import ValidationError

LEASE_SECONDS = 6
_MOST_DELIVERIES = 10

_CLAIM = """
UPDATE runs SET state = 'running', started = coalesce(started, now()), lease = %(lease)s,
       lease_until = now() + make_interval(secs => %(seconds)s), deliveries = deliveries + 1
  FROM workflows
 WHERE runs.id = %(run)s AND workflows.id = runs.workflow_id
   AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
RETURNING workflows.name, workflows.steps, runs.deliveries
"""
_STATE = "SELECT state FROM runs WHERE id = %(run)s"
_RENEW = """
UPDATE runs SET lease_until = now() + make_interval(secs => %(seconds)s)
 WHERE id = %(run)s AND lease = %(lease)s AND state = 'running' RETURNING id
"""
_OUTPUTS = """
SELECT position, output FROM run_steps WHERE run_id = %(run)s AND finished IS NOT NULL
"""
_BEGIN = """
INSERT INTO run_steps (run_id, position, kind, attempts)
SELECT id, %(position)s, %(kind)s, 1 FROM runs
 WHERE id = %(run)s AND lease = %(lease)s AND state = 'running'
ON CONFLICT (run_id, position) DO UPDATE SET attempts = run_steps.attempts + 1
RETURNING attempts
"""
_STORE = """
UPDATE run_steps SET output = %(output)s, error = %(error)s,
       finished = CASE WHEN %(error)s::text IS NULL THEN now() END
  FROM runs
 WHERE run_id = %(run)s AND position = %(position)s
   AND runs.id = run_id AND lease = %(lease)s AND state = 'running'
RETURNING position
"""
_FINISH = """
UPDATE runs SET state = %(state)s, error = %(error)s, finished = now(),
       lease = NULL, lease_until = NULL
 WHERE id = %(run)s AND lease = %(lease)s AND state = 'running' RETURNING id
"""


class LeaseLostError(Exception):
    """Another worker has taken the run over: stop, and leave it alone."""


class Refusal(Enum):
    """Why a delivered run is not executed."""

    OVER = "it is finished, was withdrawn, or never was one"
    HELD = "another worker holds its lease"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to execute one run, and what is to be executed, or why nothing can be."""

    run: str
    token: uuid.UUID
    workflow: str
    steps: list[Step]
    hopeless: str | None


class Leases:
    """Claim, renew and write under a lease. All raise DependencyDownError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, run: str) -> Lease | Refusal:
        """Take the run, or say why not."""
        if not _is_id(run):
            return Refusal.OVER
        token = uuid.uuid4()
        values = {"run": run, "lease": token, "seconds": LEASE_SECONDS}
        row = await self._database.row(_CLAIM, values)
        if row is None:
            state = await self._database.row(_STATE, {"run": run})
            unfinished = state is not None and state["state"] in {"queued", "running"}
            return Refusal.HELD if unfinished else Refusal.OVER
        steps, hopeless = _readable(row["steps"])
        if row["deliveries"] > _MOST_DELIVERIES:
            hopeless = "given up: workers began this run too often without finishing it"
        return Lease(run=run, token=token, workflow=row["name"], steps=steps, hopeless=hopeless)

    async def renew(self, lease: Lease) -> None:
        """Raises LeaseLostError, as every write below does."""
        await self._write(_RENEW, lease, seconds=LEASE_SECONDS)

    async def outputs(self, lease: Lease) -> dict[int, str]:
        """Outputs of the steps that an earlier holder finished, by position."""
        rows = await self._database.rows(_OUTPUTS, {"run": lease.run})
        return {row["position"]: row["output"] or "" for row in rows}

    async def begin_step(self, lease: Lease, position: int, kind: str) -> int:
        """Count one more attempt of a step and return how many there are."""
        row = await self._write(_BEGIN, lease, position=position, kind=kind)
        return int(row["attempts"])

    async def store_step(
        self, lease: Lease, position: int, *, output: str | None = None, error: str | None = None
    ) -> None:
        await self._write(_STORE, lease, position=position, output=output, error=error)

    async def finish(self, lease: Lease, *, error: str | None = None) -> None:
        """End the run: done, or failed with `error`."""
        await self._write(_FINISH, lease, state="failed" if error else "done", error=error)

    async def _write(self, query: str, lease: Lease, **values: Any) -> dict[str, Any]:
        row = await self._database.row(query, {"run": lease.run, "lease": lease.token, **values})
        if row is None:
            raise LeaseLostError(lease.run)
        return row


def _is_id(run: str) -> bool:
    """A message that names no run at all must not end the worker, and after it the next one."""
    try:
        uuid.UUID(run)
    except ValueError:
        return False
    return True


def _readable(stored: Any) -> tuple[list[Step], str | None]:
    """The steps, or why there are none: an api newer than this worker may know other kinds."""
    try:
        return STEPS.validate_python(stored), None
    except ValidationError:
        return [], "given up: this version of the worker does not know all of its steps"
