"""restic's repository in another region, which says itself all that is known of its snapshots.

What is kept here of that may be lost with the region that is home. So a snapshot's note is its tag,
which restic encrypts as all it writes: https://restic.readthedocs.io/en/stable/100_references.html.
A snapshot without one was broken off, and counts for nothing.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.restic import Copied, Restic, UnreadError, damaged, headless
from seatrial.daemons.backups.shares import due, following
from seatrial.daemons.backups.verified import Found
from seatrial.daemons.shared.bucket import Bucket, FarError, Place
from seatrial.daemons.shared.disk import flushed

_NOTE = "note:"  # of the one tag
_NUMBER = "number"  # of a note: which of all backups that were taken there it is
_PACK = re.compile(r"[0-9a-f]{64}")
_SPOILED = "spoiled"  # the packs that were found damaged, until they are right or gone
_LOOKS = 3  # at a repository in which snapshots come and go meanwhile
_NEAR = 100  # rows at most on either side of a snapshot's moment: a tag is a word of a command
Row = tuple[int, float, float]  # its number, when it was sent, when it was there


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A snapshot, by its whole id, and what its note says."""

    id: str
    note: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Far:
    """It lies below the key `folder` of the bucket; `state` is a folder of ours.

    All but `mark` raise CommandError.
    """

    restic: Restic
    bucket: Bucket
    folder: str
    state: Path
    _ids: frozenset[str] = field(default=frozenset(), init=False)
    _held: tuple[Held, ...] = field(default=(), init=False)
    _packs: frozenset[str] = field(default=frozenset(), init=False)

    @classmethod
    def read(cls, found: Mapping[str, Any], folder: str, state: Path) -> Far:
        """As a plan has it. Raises KeyError and TypeError."""
        place = Place.read(found)
        restic = Restic(
            repository=f"s3:{place.url}/{folder}",
            password=Path(found["cipher"]),
            secret=str(found["secret"]),
            place=place,
        )
        return cls(restic=restic, bucket=Bucket(place), folder=folder, state=state)

    @property
    def mark(self) -> str:
        """What all that is started for it has in its environment."""
        return self.restic.mark

    async def _listed(self, below: str) -> frozenset[str]:
        """The names of what lies below a key of the repository."""
        try:
            there = await self.bucket.listed(f"{self.folder}/{below}")
        except FarError as error:
            raise CommandError(f"the repository cannot be read: {error}") from error
        return frozenset(each.rpartition("/")[2] for each in there)

    async def opened(self) -> None:
        """Have one, which our password opens."""
        there = bool(await self._listed("config"))
        if not there and await self._listed(""):
            raise CommandError(headless(f"what lies below {self.folder} in the bucket"))
        await self.restic.opened(there=there)

    async def held(self) -> tuple[Held, ...]:
        """The snapshots that are whole; restic is asked where there are others than before."""
        there = await self._listed("snapshots/")
        if there != self._ids:
            self._all(await self._asked(there))
        return self._held

    def _all(self, found: Sequence[Mapping[str, Any]]) -> None:
        held = tuple(_held(found))
        self._held, self._ids = held, frozenset(str(each["id"]) for each in found)

    async def _asked(self, there: frozenset[str]) -> tuple[Mapping[str, Any], ...]:
        """What restic says of each snapshot, and it says of each that is `there`.

        It leaves out what it cannot load, and ends well: what it does not tell of is not gone.
        """
        found: tuple[Mapping[str, Any], ...] = ()
        for _ in range(_LOOKS):
            found = await self.restic.snapshots() if there else ()
            if {str(each["id"]) for each in found} == there:
                return found
            before, there = there, await self._listed("snapshots/")
            if there == before:  # else one was taken or removed meanwhile
                break
        raise CommandError(
            f"of {len(there)} snapshots in the repository restic can read {len(found)}:"
            " its server does not give the others, or they are damaged; nothing is done until it"
            f" can: move what is damaged out of {self.folder}/snapshots"
        )

    async def backup(self, place: Path, paths: Iterable[str]) -> Copied:
        """Take a snapshot, which is whole once it is `noted`."""
        await self.restic.unlocked()
        try:
            found = await self.restic.backup(place, paths)
        except UnreadError:
            raise
        except CommandError as failed:
            try:  # restic does not say what is damaged
                await self._whole(await self._listed("data/"))
            except CommandError as error:
                raise CommandError(f"{failed}; {error}") from error
            raise
        whole = [each for each in await self._listed("snapshots/") if each.startswith(found.id)]
        if not whole:
            raise CommandError(f"the snapshot {found.id} is gone as soon as it was taken")
        return replace(found, id=whole[0])

    async def noted(self, snapshot: str, note: Mapping[str, Any]) -> None:
        """See that what was written is what lies there, and then have the note with it.

        Each pack is read that was not there when it was looked last: also those that were written
        anew as others went, and all after a start of the daemon. Of the others some are, in turn.
        What was broken off goes.
        """
        number = following(int(each.note.get(_NUMBER, 0)) for each in await self.held())
        there, known = await self._listed("data/"), self.spoiled()
        new = there - self._packs
        await self._whole(each for each in there if each in known | new or due(each, number))
        self._packs = there
        await self.restic.check()
        await self.restic.tagged(snapshot, _NOTE + _packed({**note, _NUMBER: number}))
        found = await self._asked(await self._listed("snapshots/"))
        self._all(found)
        await self.restic.forgotten([str(each["id"]) for each in found if not _word(each)])

    async def restore(self, snapshot: str, into: Path) -> None:
        """Write what it holds below a folder; nothing where anything of the repository is wrong.

        restic alone would ask again for what is damaged, for most of a minute each.
        """
        await self.restic.unlocked()
        await self._whole(await self._listed("data/"))
        await self.restic.restore(snapshot, into)

    async def verify(self) -> Found:
        """Read every pack that is there; those that a backup removes meanwhile are none."""
        read: dict[str, bool] = {}
        for each in sorted(filter(_PACK.fullmatch, await self._listed("data/"))):
            try:
                read[each] = not await self._wrong([each])
            except CommandError:
                if each in await self._listed(f"data/{each[:2]}/"):
                    raise
        wrong = [each for each, right in read.items() if not right]
        known = self.spoiled()
        # what a backup has found meanwhile, of what has come since, stays known
        since = known - read.keys()
        spoiled = {*wrong, *(since.intersection(await self._listed("data/")) if since else ())}
        if spoiled != known:
            await asyncio.to_thread(self._spoil, sorted(spoiled))
        return Found(files=len(read), damaged=tuple(wrong))

    async def _wrong(self, names: Iterable[str]) -> list[str]:
        """Those of these packs that are not what was written."""
        keys = {
            f"{self.folder}/data/{each[:2]}/{each}": each for each in names if _PACK.fullmatch(each)
        }
        try:
            found = await self.bucket.digests(keys)
        except FarError as error:
            raise CommandError(f"the repository cannot be read: {error}") from error
        return sorted(keys[key] for key, digest in found.items() if digest != keys[key])

    async def _whole(self, names: Iterable[str]) -> None:
        """Raise CommandError for packs that are not what was written, and remember them."""
        wrong = await self._wrong(names)
        if wrong or self.spoiled():
            await asyncio.to_thread(self._spoil, wrong)
        if wrong:
            raise CommandError(damaged(wrong))

    def spoiled(self) -> frozenset[str]:
        """The packs that were found damaged."""
        try:
            return frozenset((self.state / _SPOILED).read_text(encoding="utf-8").split())
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise CommandError(f"what was found damaged cannot be read: {error}") from error

    def _spoil(self, names: Iterable[str]) -> None:
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            draft = self.state / f"{_SPOILED}.part"
            draft.write_text("\n".join(names), encoding="utf-8")
            flushed(draft)
            draft.replace(self.state / _SPOILED)
        except OSError as error:
            raise CommandError(f"what was found damaged cannot be noted: {error}") from error


def near(rows: Sequence[Row], since: float, until: float) -> tuple[Row, ...]:
    """Those around a moment from `since` to `until`: what lies between decides nothing.

    Of a longer backup there would be more of them than a tag can hold.
    """
    before = [each for each in rows if each[2] <= since]
    after = [each for each in rows if each[1] > until]
    return (*before[-_NEAR:], *after[:_NEAR])


def _packed(note: Mapping[str, Any]) -> str:
    """As a word without a comma, which would begin another tag."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(note).encode())).decode()


def _held(found: Iterable[Mapping[str, Any]]) -> Iterable[Held]:
    for each in found:
        if word := _word(each):
            yield Held(id=str(each["id"]), note=_unpacked(word))


def _word(found: Mapping[str, Any]) -> str:
    """Of its tags the one that is its note; empty where it was broken off."""
    notes = (str(each) for each in found.get("tags") or () if str(each).startswith(_NOTE))
    return next(notes, "").removeprefix(_NOTE)


def _unpacked(word: str) -> Mapping[str, Any]:
    try:
        found = json.loads(zlib.decompress(base64.urlsafe_b64decode(word)))
    except (ValueError, zlib.error) as error:
        raise CommandError(f"what a snapshot says of itself cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise CommandError("what a snapshot says of itself is no object")
    return found
