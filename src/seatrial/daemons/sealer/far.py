"""A place in another region: the same bundles, behind an S3 server that can read none of them.

The name of an object says when its bundle was made and what its SHA-256 is, so that whoever lists
them knows both.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from seatrial.daemons.sealer.folder import Bundle, made_at
from seatrial.daemons.shared.bucket import Bucket, FarError, Place

PREFIX = "_system/"  # no store's folder can be called so
_NAME = re.compile(
    rf"{PREFIX}(?P<label>\d{{8}}T\d{{6}}\.\d{{6}}Z)\.(?P<sha256>[0-9a-f]{{64}})\.age"
)


class SpoiledError(FarError):
    """What lies there is not what was laid there."""


@dataclass(frozen=True, slots=True)
class Far:
    """What is asked there. All raise FarError."""

    place: Place

    @property
    def _bucket(self) -> Bucket:
        return Bucket(self.place)

    async def held(self) -> tuple[Bundle, ...]:
        """Those that are there, the oldest first."""
        there = await self._bucket.listed(PREFIX)
        found = [_bundle(key, size) for key, size in there.items()]
        return tuple(sorted((each for each in found if each), key=lambda each: each.made))

    async def fetch(self, one: Bundle) -> bytes:
        """A bundle as it was made. Raises SpoiledError where it is another."""
        content = await self._bucket.fetch(_key(one))
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise SpoiledError(f"{one.label} in {self.place.region} is not what was sealed")
        return content

    async def put(self, one: Bundle, content: bytes) -> None:
        """Have it there, and seen to be."""
        await self._bucket.put(_key(one), content)
        await self.fetch(one)

    async def remove(self, one: Bundle) -> None:
        """Have it there no more."""
        await self._bucket.remove(_key(one))


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
