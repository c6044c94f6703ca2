"""A bucket of an S3 server that shows a certificate of an authority of its own.

An S3 server has an object whole or not at all.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp_s3_client import S3Client

_WITHIN = 60.0  # seconds for one request
_CHUNK = 1 << 20  # bytes that are read at once
_LEAST_ERROR = 400


class FarError(Exception):
    """The place does not do what it should; the text says what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is: a bucket's URL, what its certificate is held against, and who asks there."""

    region: str
    url: str
    authority: Path
    user: str
    password: Path

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Place:
        """As a plan has it. Raises KeyError and TypeError."""
        return cls(
            region=str(found["region"]),
            url=str(found["url"]),
            authority=Path(found["authority"]),
            user=str(found["user"]),
            password=Path(found["password"]),
        )

    def word(self) -> str:
        """What proves who asks. Raises OSError."""
        return self.password.read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is asked there. All raise FarError."""

    place: Place

    async def listed(self, prefix: str) -> dict[str, int]:
        """The objects whose keys begin so, with their bytes."""
        async with self._client() as client:
            return {
                each.key: each.size
                async for page, _ in client.list_objects_v2(prefix=prefix)
                for each in page
            }

    async def fetch(self, key: str) -> bytes:
        """What an object holds."""
        async with self._client() as client, client.get(key) as answer:
            _heeded(answer.status, "read")
            return await answer.read()

    async def digests(self, keys: Iterable[str]) -> dict[str, str]:
        """The SHA-256 of what each holds, read one after the other."""
        found = {}
        async with self._client() as client:
            for key in keys:
                async with client.get(key) as answer:
                    _heeded(answer.status, "read")
                    digest = hashlib.sha256()
                    async for chunk in answer.content.iter_chunked(_CHUNK):
                        digest.update(chunk)
                    found[key] = digest.hexdigest()
        return found

    async def put(self, key: str, content: bytes) -> None:
        """Have it there."""
        async with self._client() as client, client.put(key, content) as answer:
            _heeded(answer.status, "written")

    async def remove(self, key: str) -> None:
        """Have it there no more."""
        async with self._client() as client, client.delete(key) as answer:
            _heeded(answer.status, "removed")

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[S3Client]:
        where = self.place
        try:
            trust = ssl.create_default_context(cafile=str(where.authority))
            async with ClientSession(
                connector=TCPConnector(ssl=trust), timeout=ClientTimeout(total=_WITHIN)
            ) as session:
                yield S3Client(
                    session,
                    where.url,
                    secret_access_key=where.word(),
                    access_key_id=where.user,
                    region=where.region,
                )
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise FarError(f"{where.region}: {type(error).__name__}: {error}") from error


def _heeded(status: int, what: str) -> None:
    if status >= _LEAST_ERROR:
        raise FarError(f"it could not be {what}: the server answers {status}")
