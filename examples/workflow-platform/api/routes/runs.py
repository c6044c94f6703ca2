"""Runs: list, look at with the steps."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request

from api.auth import CurrentUser
from api.recent import recent_runs

router = APIRouter(prefix="/api/runs", tags=["runs"])

_ONE = """
SELECT runs.id, runs.workflow_id AS workflow, workflows.name, runs.state, runs.queued,
       runs.started, runs.finished, runs.error
  FROM runs JOIN workflows ON workflows.id = runs.workflow_id
 WHERE runs.id = %(id)s AND (%(all)s OR workflows.owner_id = %(user)s)
"""
_STEPS = """
SELECT position, kind, attempts, output, error, finished
  FROM run_steps WHERE run_id = %(id)s ORDER BY position
"""


@router.get("")
async def index(
    request: Request,
    user: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    state: Literal["queued", "running", "done", "failed"] | None = None,
) -> list[dict[str, Any]]:
    database = request.app.state.services.database
    return await recent_runs(database, user, limit=limit, state=state)


@router.get("/{run}")
async def show(request: Request, user: CurrentUser, run: UUID) -> dict[str, Any]:
    database = request.app.state.services.database
    row = await database.row(_ONE, {"id": run, "all": user.admin, "user": user.id})
    if row is None:
        raise HTTPException(404, "there is no such run")
    return {**row, "steps": await database.rows(_STEPS, {"id": run})}
