"""The runs that the list and the page show."""

from typing import Any

from common.database import Database

from api.auth import User

_RECENT = """
SELECT runs.id, runs.workflow_id AS workflow, workflows.name, users.name AS owner,
       runs.state, runs.queued, runs.started, runs.finished, runs.error
  FROM runs
  JOIN workflows ON workflows.id = runs.workflow_id
  JOIN users ON users.id = workflows.owner_id
 WHERE (%(all)s OR workflows.owner_id = %(user)s)
   AND (%(state)s::text IS NULL OR runs.state = %(state)s)
 ORDER BY runs.queued DESC LIMIT %(limit)s
"""


async def recent_runs(
    database: Database, user: User, *, limit: int, state: str | None = None
) -> list[dict[str, Any]]:
    """The latest runs that the user may see. Raises DependencyDownError."""
    values = {"all": user.admin, "user": user.id, "limit": limit, "state": state}
    return await database.rows(_RECENT, values)
