"""A place in another region: the same bundles, behind an S3 server that can read none of them.

The name of an object says when its bundle was made and what its SHA-256 is, so that whoever lists
them knows both. An S3 server has an object whole or not at all.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp_s3_client import S3Client

from seatrial.daemons.sealer.folder import Bundle, made_at

PREFIX = "_system/"  # no store's folder can be called so
_NAME = re.compile(
    rf"{PREFIX}(?P<label>\d{{8}}T\d{{6}}\.\d{{6}}Z)\.(?P<sha256>[0-9a-f]{{64}})\.age"
)
_WITHIN = 60.0  # seconds for one request
_LEAST_ERROR = 400


class FarError(Exception):
    """The place does not do what it should; the text says what happened."""


class SpoiledError(FarError):
    """What lies there is not what was laid there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is: a bucket's URL, what its certificate is held against, and who asks there."""

    region: str
    url: str
    authority: Path
    user: str
    password: Path


@dataclass(frozen=True, slots=True)
class Far:
    """What is asked there. All raise FarError."""

    place: Place

    async def held(self) -> tuple[Bundle, ...]:
        """Those that are there, the oldest first."""
        async with self._client() as client:
            found = [
                _bundle(each.key, each.size)
                async for page, _ in client.list_objects_v2(prefix=PREFIX)
                for each in page
            ]
        return tuple(sorted((each for each in found if each), key=lambda each: each.made))

    async def fetch(self, one: Bundle) -> bytes:
        """A bundle as it was made. Raises SpoiledError where it is another."""
        async with self._client() as client, client.get(_key(one)) as answer:
            _heeded(answer.status, "read")
            content = await answer.read()
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise SpoiledError(f"{one.label} in {self.place.region} is not what was sealed")
        return content

    async def put(self, one: Bundle, content: bytes) -> None:
        """Have it there, and seen to be."""
        async with self._client() as client, client.put(_key(one), content) as answer:
            _heeded(answer.status, "written")
        await self.fetch(one)

    async def remove(self, one: Bundle) -> None:
        """Have it there no more."""
        async with self._client() as client, client.delete(_key(one)) as answer:
            _heeded(answer.status, "removed")

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[S3Client]:
        where = self.place
        try:
            trust = ssl.create_default_context(cafile=str(where.authority))
            # The address stands in its certificate as a name, for pgBackRest, not as an address.
            # The authority is this one server's own and signs for no other.
            trust.check_hostname = False
            async with ClientSession(
                connector=TCPConnector(ssl=trust), timeout=ClientTimeout(total=_WITHIN)
            ) as session:
                yield S3Client(
                    session,
                    where.url,
                    secret_access_key=where.password.read_text(encoding="utf-8").strip(),
                    access_key_id=where.user,
                    region=where.region,
                )
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise FarError(f"{where.region}: {type(error).__name__}: {error}") from error


def _heeded(status: int, what: str) -> None:
    if status >= _LEAST_ERROR:
        raise FarError(f"it could not be {what}: the server answers {status}")


def _key(one: Bundle) -> str:
    return f"{PREFIX}{one.label}.{one.sha256}.age"


def _bundle(key: str, size: int) -> Bundle | None:
    """What an object's name says; None of what is none of ours."""
    found = _NAME.fullmatch(key)
    if found is None:
        return None
    return Bundle(
        label=found["label"],
        made=made_at(found["label"]),
        took=0.0,
        content="",
        sha256=found["sha256"],
        size=size,
    )
