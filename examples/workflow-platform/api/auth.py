"""Who is asking: API keys, stored only as digests."""

import base64
import binascii
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Annotated

from common.database import Database
from fastapi import Depends, HTTPException, Request

_BY_DIGEST = """
SELECT users.id, users.name, users.admin, users.last_seen < now() - interval '15 s' AS stale
  FROM api_keys JOIN users ON users.id = api_keys.user_id
 WHERE api_keys.digest = %(digest)s AND api_keys.revoked IS NULL
"""
_GUEST = """
SELECT id, name, admin, last_seen < now() - interval '15 s' AS stale
  FROM users WHERE name = 'guest'
"""
_BOOTSTRAP = """
INSERT INTO api_keys (user_id, label, digest)
SELECT id, 'bootstrap', %(digest)s FROM users WHERE name = 'admin'
ON CONFLICT (digest) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The user a request is made as."""

    id: uuid.UUID
    name: str
    admin: bool


def new_key() -> str:
    """A key with 256 random bits."""
    return "wp_" + secrets.token_urlsafe(32)


def digest(key: str) -> bytes:
    """SHA-256. Enough without salt or stretching, because keys are random, not chosen."""
    return hashlib.sha256(key.encode()).digest()


async def store_bootstrap_key(database: Database, key: str) -> None:
    """Let `key` act as the user `admin`. Raises DependencyDownError."""
    await database.rows(_BOOTSTRAP, {"digest": digest(key)})


async def current_user(request: Request) -> User:
    """The key's user; without a bootstrap key in the settings, nobody in particular is `guest`."""
    services = request.app.state.services
    database: Database = services.database
    key = _key_of(request)
    if key is not None:
        row = await database.row(_BY_DIGEST, {"digest": digest(key)})
    elif services.settings.bootstrap_api_key is None:
        row = await database.row(_GUEST)
    else:
        row = None
    if row is None:
        raise HTTPException(401, "a valid X-API-Key is needed", {"WWW-Authenticate": "Basic"})
    if row["stale"]:
        await database.rows(
            "UPDATE users SET last_seen = now() WHERE id = %(id)s", {"id": row["id"]}
        )
    return User(id=row["id"], name=row["name"], admin=row["admin"])


async def current_admin(user: Annotated[User, Depends(current_user)]) -> User:
    """The current user, who must be an administrator."""
    if not user.admin:
        raise HTTPException(403, "only an administrator may do this")
    return user


def _key_of(request: Request) -> str | None:
    """X-API-Key, or the password of HTTP Basic, so that a browser can open the page."""
    if key := request.headers.get("x-api-key"):
        return key
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


CurrentUser = Annotated[User, Depends(current_user)]
CurrentAdmin = Annotated[User, Depends(current_admin)]
