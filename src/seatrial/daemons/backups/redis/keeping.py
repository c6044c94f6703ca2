"""Snapshots of a Redis server as the desk orders them: taken over the network, checked, kept."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.backups import Backup, room
from seatrial.daemons.backups.command import CommandError, Ended, ended, run
from seatrial.daemons.backups.product import free_at
from seatrial.daemons.backups.redis import snapshots
from seatrial.daemons.backups.redis.canary import COUNTER, Canary
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.redis.plan import Plan
from seatrial.daemons.backups.redis.snapshots import Snapshot
from seatrial.daemons.backups.verified import Found

KEYSTONE = "seatrial:keystone"
_AROUND = 2.5  # seconds before and after a snapshot in which rows are written
_LONG = 24 * 3600.0
_CHUNK = 1 << 20
_STRANGE = "Can't handle RDB format version"
_WRONG = 1  # redis-check-rdb's exit code for a file that is no whole RDB file
PROGRAM = "redis-server"


@dataclass(slots=True, kw_only=True)
class Keeping:
    """All but `unseen` raise CommandError."""

    plan: Plan
    server: Server
    clock: Callable[[], float] = time.time
    seen: tuple[Backup, ...] | None = field(default=None, init=False)

    @property
    def history(self) -> str:
        """The one that the server's data are of. Raises OSError."""
        return self.plan.histories.of(self.plan.data)

    async def opened(self) -> None:
        """Have a repository, and in the server, before the first snapshot, the keystone.

        Later, that it is gone is a loss.
        """
        await self.plan.repository.opened()
        found = await self.snapshots()
        known, own = {each.history for each in found}, self._own()
        if later := self.plan.histories.later(known, own):
            raise CommandError(
                f"the repository holds a later history, {', '.join(later)}, than that of the data,"
                f" {own}: they were put back by other means than `seatrial restore`"
            )
        if not found:
            keystone, database = self.plan.own(KEYSTONE), self.plan.server.database
            await self.server.ask("SET", keystone, "laid", "NX", database=database)

    async def held(self) -> tuple[Backup, ...]:
        """Look which snapshots are whole, the oldest first."""
        found = await self.snapshots()
        ends = self._ends(found)
        self.seen = tuple(self.plan.repository.backup(each, ends[each.history]) for each in found)
        return self.seen

    def _ends(self, found: tuple[Snapshot, ...]) -> Mapping[str, float | None]:
        """When each history ended, as the next one began."""
        own = self._own()
        try:
            return self.plan.histories.ends({*(each.history for each in found), own}, own)
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _own(self) -> str:
        try:
            return self.history
        except OSError as error:
            raise CommandError(f"the store's folder cannot be read: {error}") from error

    async def snapshots(self) -> tuple[Snapshot, ...]:
        """The same, with all that is known of them."""
        return await self.plan.repository.held()

    async def take(self, _kind: str) -> None:
        """Take a snapshot, then remove what is outdated; a snapshot that fails removes nothing."""
        repository = self.plan.repository
        await repository.opened()  # who moves a damaged one aside gets another
        for each in (await self.snapshots())[-1:]:
            if lacking := room(repository.backup(each), free_at(repository.part.parent)):
                raise CommandError(f"the disk is too small for another snapshot: {lacking}")
        counter = self.plan.own(COUNTER)
        canary = Canary(server=self.server, counter=counter, clock=self.clock)
        writing = asyncio.create_task(canary.write())
        try:
            taken = await self._taken(canary)
            await writing
        finally:
            writing.cancel()
            await asyncio.wait([writing])
        await repository.keep(replace(taken, rows=tuple(canary.rows)))
        found = await self.snapshots()
        outdated = snapshots.outdated(found, self.plan.keep, self.clock(), self._ends(found))
        await repository.remove(outdated)

    async def _taken(self, canary: Canary) -> Snapshot:
        began, part, history = self.clock(), self.plan.repository.part, self._own()
        await asyncio.sleep(_AROUND)
        login, password = self.server.login, self.server.password()
        await run(
            "redis-cli",
            *("-h", login.host, "-p", str(login.port), "--rdb", str(part)),
            env={"REDISCLI_AUTH": password} if password else {},
            within=_LONG,
        )
        made, keys = await check(part)
        taken = Snapshot(
            label=snapshots.label(made),
            began=began,
            ended=self.clock(),
            made=made,
            size=part.stat().st_size,
            keys=keys,
            rows=tuple(canary.rows),
            history=history,
        )
        canary.until = max(taken.until, self.clock()) + _AROUND  # to send it may take hours
        await self.plan.repository.lay(taken)
        return replace(taken, ended=self.clock())

    async def verify(self) -> Found:
        """Read all that lies in the repository."""
        return await self.plan.repository.verify(whole)

    @property
    def anew(self) -> bool:
        """Each snapshot is whole by itself, but where one repository holds all."""
        return self.plan.repository.anew

    def needed(self, file: str) -> bool:
        """Whether the newest snapshot needs it: an older one has less, whatever becomes of it."""
        newest = self.seen[-1].label if self.seen else ""
        return self.plan.repository.needed(file, newest)

    async def look(self) -> None:
        """There is nothing else to look at."""

    def unseen(self) -> None:
        """Nothing else is shown."""

    async def tidied(self) -> None:
        """End what an earlier life of the daemon has left running, and what it left half done."""
        for each in self.plan.repository.marks:
            if not await strays.ended(each, PROGRAM, self.plan.copies):
                raise CommandError("what an earlier life of this daemon has begun does not end")
        await self.plan.repository.tidied()


async def check(file: Path) -> tuple[float, int]:
    """When an RDB file was made, and how many keys it holds; its checksum is right.

    Raises CommandError. redis-check-rdb is the server's own program, by another name.
    """
    found = await _checked(file)
    if found.code:
        raise CommandError(found.failed)
    try:
        return snapshots.checked(found.out)
    except ValueError as error:
        raise CommandError(str(error)) from error


async def whole(file: Path) -> bool:
    """Whether an RDB file is what was written; raises CommandError where nobody can tell."""
    try:
        await asyncio.to_thread(_legible, file)  # what cannot be read it tells by the same code
    except OSError as error:
        raise CommandError(f"{file.name} cannot be read: {error.strerror}") from error
    found = await _checked(file)
    if found.code not in {0, _WRONG} or _STRANGE in found.out:  # it was killed, or is older
        raise CommandError(found.failed)
    return not found.code


def _legible(file: Path) -> None:
    with file.open("rb") as read:
        while read.read(_CHUNK):
            pass


async def _checked(file: Path) -> Ended:
    program = shutil.which(PROGRAM)
    if program is None:
        raise CommandError(f"{PROGRAM} is not there; run `seatrial engines install`")
    return await ended("redis-check-rdb", str(file), executable=program, within=_LONG)
