"""Users (for administrators) and API keys (for everyone, one's own)."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response

from api.auth import CurrentAdmin, CurrentUser, digest, new_key
from api.requests import NewKey, NewUser

router = APIRouter(prefix="/api", tags=["users"])

_NEW_USER = """
INSERT INTO users (name) VALUES (%(name)s) ON CONFLICT (name) DO NOTHING RETURNING id, name
"""
_USERS = "SELECT id, name, admin, created FROM users ORDER BY created, name LIMIT 1000"
_NEW_KEY = """
INSERT INTO api_keys (user_id, label, digest)
SELECT id, %(label)s, %(digest)s FROM users WHERE id = %(user)s
RETURNING id, label, created
"""
_KEYS = """
SELECT id, label, created, revoked FROM api_keys WHERE user_id = %(user)s ORDER BY created
"""
_REVOKE = """
UPDATE api_keys SET revoked = now()
 WHERE id = %(id)s AND revoked IS NULL AND (%(all)s OR user_id = %(user)s) RETURNING id
"""


@router.post("/users", status_code=201)
async def create_user(request: Request, _: CurrentAdmin, body: NewUser) -> dict[str, Any]:
    row = await request.app.state.services.database.row(_NEW_USER, {"name": body.name})
    if row is None:
        raise HTTPException(409, "there is a user of this name")
    return row


@router.get("/users")
async def list_users(request: Request, _: CurrentAdmin) -> list[dict[str, Any]]:
    return await request.app.state.services.database.rows(_USERS)


@router.post("/keys", status_code=201)
async def create_key(request: Request, user: CurrentUser, body: NewKey) -> dict[str, Any]:
    """The answer holds the key itself, once: only its digest is stored."""
    owner = body.user or user.id
    if user.name == "guest" or (owner != user.id and not user.admin):
        raise HTTPException(403, "keys are made by their user or by an administrator")
    key = new_key()
    values = {"user": owner, "label": body.label, "digest": digest(key)}
    row = await request.app.state.services.database.row(_NEW_KEY, values)
    if row is None:
        raise HTTPException(404, "there is no such user")
    return {**row, "key": key}


@router.get("/keys")
async def list_keys(request: Request, user: CurrentUser) -> list[dict[str, Any]]:
    return await request.app.state.services.database.rows(_KEYS, {"user": user.id})


@router.delete("/keys/{key}", status_code=204)
async def revoke_key(request: Request, user: CurrentUser, key: UUID) -> Response:
    values = {"id": key, "all": user.admin, "user": user.id}
    if await request.app.state.services.database.row(_REVOKE, values) is None:
        raise HTTPException(404, "there is no such key, or it is revoked")
    return Response(status_code=204)
