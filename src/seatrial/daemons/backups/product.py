"""What a product must be able to do, so that the desk can order it; and what it may refuse."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from seatrial.daemons.backups.backups import Backup, reach, room
from seatrial.daemons.backups.copy import Copy
from seatrial.daemons.backups.plan import Plan
from seatrial.daemons.backups.verified import Found, Record
from seatrial.daemons.backups.work import Work

_Copy = TypeVar("_Copy", bound=Copy)
TICK = 15.0  # seconds between two looks at what is due
DRILL = "drill"  # the name of a drill's copy
NEVER = "of this product no copy takes the store's place"


class RefusedError(Exception):
    """What was asked cannot be done: a sentence, and the cure."""

    def __init__(self, summary: str, cure: str) -> None:
        """Both are told."""
        super().__init__(summary)
        self.summary, self.cure = summary, cure


class Keeping(Protocol):
    """Takes backups and knows which there are. All but `unseen` raise CommandError.

    `seen` is what was held when it was looked last: a busy machine takes seconds to look.
    `history` names which of the store's histories its backups are of now; it raises OSError.
    """

    seen: tuple[Backup, ...] | None

    @property
    def history(self) -> str:
        """Empty where a store has but one."""

    async def opened(self) -> None:
        """Have a place for backups, and what drills write into."""

    async def held(self) -> tuple[Backup, ...]:
        """Look which backups are whole, the oldest first."""

    async def take(self, kind: str) -> None:
        """Take one; returns when it is whole."""

    async def verify(self) -> Found:
        """Read all that lies in the repository, and hold it against its checksums.

        It goes on beside a backup. What could not be read is not told as damaged: it raises.
        """

    @property
    def anew(self) -> bool:
        """Whether another backup begins without what is damaged, so that it can be cured so."""

    def needed(self, file: str) -> bool:
        """Whether a damaged file is needed by what is restored to now; another backup cures it."""

    async def look(self) -> None:
        """Look at whatever else is shown of the product. Raises ValueError, too."""

    def unseen(self) -> None:
        """Show nothing of that: it could not be looked at."""

    async def tidied(self) -> None:
        """End what an earlier life of the daemon has left running."""


class Restoring(Protocol[_Copy]):
    """Brings a store back beside itself. All but `copy` raise CommandError and RefusedError."""

    @property
    def plan(self) -> Plan:
        """What is backed up."""

    def copy(self, name: str) -> _Copy:
        """The copy of that name."""

    async def preview(self, target: float, copy: Copy | None = None) -> dict[str, Any]:
        """From what an instant is restored, and whether that fits."""

    async def into_copy(self, work: Work, copy: _Copy, target: float) -> None:
        """Restore into a copy, hold it against the invariants; it goes on running."""

    async def drill(self, work: Work, chance: Callable[[], float]) -> None:
        """Restore to a random moment and tell what is there; `chance` gives 0 to 1."""


class Taking(Protocol):
    """Has a copy take the store's place; what the store had becomes a copy."""

    @property
    def unable(self) -> str:
        """Why none can, where that is known before it is tried; else empty."""

    @property
    def begun(self) -> str:
        """The copy that takes it, until there is a full backup of what it brought; else empty."""

    @property
    def taken(self) -> bool:
        """Whether that has its place already."""

    def check(self, copy: Copy, aside: str = "") -> None:
        """Raise RefusedError for a copy that cannot take its place, or where `aside` is taken."""

    async def begin(self, work: Work, copy: Copy, aside: str = "") -> None:
        """Have all ready but for the store's server, which still runs; may be repeated.

        What the store has becomes the copy `aside`, or one that is named for it. Raises
        CommandError.
        """

    async def exchange(self, work: Work, copy: Copy) -> None:
        """Change the places of both, while the server does not run; goes on where it was.

        Raises CommandError.
        """

    def settle(self) -> None:
        """There is a full backup since; harmless where nothing was taken."""

    def leave(self) -> None:
        """Nothing takes its place; the copy stays. Raises CommandError where it has it already."""


class Trail(Protocol):
    """Rows that are written into the store as long as it lasts. All but `end` raise CommandError.

    `began` is in seconds since the epoch, infinite where nothing is written.
    """

    began: float

    async def begin(self) -> None:
        """Write, one after the other, until the end; also where the server goes and comes back."""

    async def end(self) -> None:
        """Write no more; what was written is known no more."""

    async def told(self) -> dict[str, Any]:
        """`rows`, each when it was sent and acknowledged, and `looks`: which were there, and when.

        A look is `at`, in seconds since the epoch, and `there`, spans of rows by their places.
        """


class Searching(Protocol):
    """Looks for what took rows away."""

    async def check(self, only: str) -> None:
        """Raise RefusedError where `only` names no table that is or was there."""

    async def search(self, work: Work, since: float, only: str = "") -> None:
        """Tell of each such moment since an instant; `only` names one table.

        Raises CommandError, ValueError and RefusedError.
        """


class Identity(Protocol):
    """Which of all servers of its product the store is."""

    async def same(self, found: Mapping[str, Any], wanted: str) -> None:
        """Raise RefusedError where a preview `found` a backup of another one, but the `wanted`."""


class Special(Protocol):
    """A drill of something that befalls the store while a trail is written."""

    async def drill(self, work: Work) -> None:
        """Wait for it, or do it, and tell what copies hold. Raises CommandError, RefusedError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One store's product; `access` is how a copy is reached besides its address.

    Without a `taking` no copy takes the store's place, as `unable` says. `special` are drills by
    their names.
    """

    keeping: Keeping
    restoring: Restoring[Any]
    access: Mapping[str, str]
    taking: Taking | None = None
    unable: str = NEVER
    trail: Trail | None = None
    searching: Searching | None = None
    special: Mapping[str, Special] = field(default_factory=dict)
    identity: Identity | None = None


async def previewed(
    keeping: Keeping, plan: Plan, target: float, now: float, copy: Copy | None
) -> dict[str, Any]:
    """From what an instant is restored, and whether that fits. Raises RefusedError.

    What an earlier restore into this `copy` has left there is not needed again.
    """
    seen = keeping.seen if keeping.seen is not None else await keeping.held()
    held = Record(plan.copies, now).marked(seen)
    found = reach(held, target, now)
    if found.backup is None:
        raise RefusedError(
            *(each.replace("STORE", plan.store) for each in (found.refused, found.cure))
        )
    free = free_at(plan.copies)
    already = await asyncio.to_thread(copy.already) if copy is not None else 0
    lacking = room(found.backup, free, already)
    if lacking:
        raise RefusedError(f"the disk is too small: {lacking}", "make room, then run it again")
    return {
        "backup": found.backup.label,
        "kind": found.backup.kind,
        "began": found.backup.began,
        "ended": found.backup.ended,
        "size": found.backup.size,
        "damaged": found.backup.damaged,
        "rotten": found.backup.rotten,
        "needed": max(0, found.backup.size - already),
        "free": free,
        "earliest": held[0].reaches,
        "moment": found.backup.moment,
        "history": found.backup.history,
        "system": found.backup.system,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Of a file system, in bytes: what it has, and what is left for who is not root."""

    size: int
    free: int


def room_at(folder: Path) -> Room:
    """That of the file system on which a folder is, or will be. Raises OSError."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    found = shutil.disk_usage(there)
    return Room(size=found.total, free=found.free)


def free_at(folder: Path) -> int:
    """Free bytes where a folder is, or will be. Raises OSError."""
    return room_at(folder).free
