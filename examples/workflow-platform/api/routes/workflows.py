"""Workflows: create (which runs it), list, look at, run again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response

from api.auth import CurrentUser, User
from api.requests import NewWorkflow
from api.submit import KeyReusedError, run_again, submit

router = APIRouter(prefix="/api/workflows", tags=["workflows"])

IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]

# A workflow's state is that of its latest run.
_SELECT = """
SELECT workflows.id, workflows.name, workflows.steps, workflows.created,
       run.id AS run, run.state, run.queued, run.started, run.finished, run.error
  FROM workflows CROSS JOIN LATERAL (
       SELECT * FROM runs WHERE workflow_id = workflows.id ORDER BY queued DESC LIMIT 1) AS run
 WHERE (%(all)s OR workflows.owner_id = %(user)s)
"""
_ONE = _SELECT + "AND workflows.id = %(id)s"
_LIST = _SELECT + "ORDER BY workflows.created DESC LIMIT %(limit)s"


@router.post("", status_code=202)
async def create(
    request: Request,
    response: Response,
    user: CurrentUser,
    body: NewWorkflow,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, UUID]:
    """Accept a workflow and queue its first run."""
    services = request.app.state.services
    try:
        result = await submit(services.database, services.queue, user.id, body, idempotency_key)
    except KeyReusedError:
        raise HTTPException(422, "this Idempotency-Key came with another request") from None
    if result.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    response.headers["Location"] = f"/api/workflows/{result.id}"
    return {"id": result.id}


@router.get("")
async def index(
    request: Request, user: CurrentUser, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[dict[str, Any]]:
    return await request.app.state.services.database.rows(_LIST, {**_whose(user), "limit": limit})


@router.get("/{workflow}")
async def show(request: Request, user: CurrentUser, workflow: UUID) -> dict[str, Any]:
    row = await request.app.state.services.database.row(_ONE, {**_whose(user), "id": workflow})
    if row is None:
        raise HTTPException(404, "there is no such workflow")
    return row


@router.post("/{workflow}/runs", status_code=202)
async def again(request: Request, user: CurrentUser, workflow: UUID) -> dict[str, UUID]:
    """Queue another run."""
    await show(request, user, workflow)
    services = request.app.state.services
    return {"id": await run_again(services.database, services.queue, workflow)}


def _whose(user: User) -> dict[str, Any]:
    return {"all": user.admin, "user": user.id}
