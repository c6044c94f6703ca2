"""A copy takes the server's place: the data change places, and another history begins.

What the server had becomes a copy, which can take its place again. Whoever is killed at any moment
finds one of both whole where the server's data lie, and goes on.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.copy import TAKING, Copy
from seatrial.daemons.backups.exchange import exchange, kept
from seatrial.daemons.backups.postgres.keeping import Keeping
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.product import RefusedError
from seatrial.daemons.backups.work import Work

_PUSHED = 40.0  # seconds within which what was written last must be in the repository
_PROGRAM = "postgres"
_TAKEN = "seatrial.taken"  # in the data: the name of the copy that they were
_OF_A_RESTORE = re.compile(r"(restore_command|recovery_target\w*|archive_mode)\s*=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What it needs."""

    plan: Plan
    keeping: Keeping
    clock: Callable[[], float] = time.time

    @property
    def begun(self) -> str:
        """The copy that is taking its place; empty where none is."""
        return next((each.stem for each in sorted(self.plan.copies.glob(f"*{TAKING}"))), "")

    def check(self, copy: Copy) -> None:
        """Raise RefusedError for a copy that cannot take its place."""
        if self._taken(copy):
            return
        if not copy.there:
            raise RefusedError(
                f"there is no copy {copy.folder.name}", "restore one: write --to and --into"
            )
        if copy.unfinished.exists():
            raise RefusedError(
                f"nobody knows that all of the copy {copy.folder.name} is there",
                "restore it again, to the same moment: it goes on where it was broken off",
            )

    async def begin(self, work: Work, copy: Copy) -> None:
        """Name the history that begins; the old one is archived as far as the server answers.

        Raises CommandError.
        """
        if self._taken(copy):
            name = self.keeping.history
            work.result |= {"history": name, "aside": _aside(name), "taken": not copy.there}
            return
        work.step("copy")
        await copy.stop()
        moment = await self._archived(work)
        try:
            known = {*(await self.keeping.repository.held()).histories, self.keeping.history}
            name = self.plan.histories.next(moment, known)
        except ValueError as error:
            raise CommandError(str(error)) from error
        await asyncio.to_thread(_written, copy.taking, name)
        work.result |= {"history": name, "aside": _aside(name), "taken": False}

    async def _archived(self, work: Work) -> float:
        """The instant up to which the history that ends can be restored.

        Where the server is gone, what is in the archive must do.
        """
        work.step("archive")
        server = self.keeping.server
        try:
            moment = float(await server.value("SELECT extract(epoch FROM clock_timestamp())"))
            work.result["pushed"] = await server.archived(_PUSHED)
        except CommandError as error:
            work.result["archive"] = str(error)
            return self.clock()
        return moment

    async def exchange(self, work: Work, copy: Copy) -> None:
        """Change the places of both. Raises CommandError, also where nothing was begun."""
        if not copy.taking.exists() and not self._taken(copy):
            raise CommandError(f"nothing was begun with the copy {copy.folder.name}")
        work.step("exchange")
        name = await asyncio.to_thread(self._exchanged, copy)
        self.keeping.seen = None  # what was seen was of the history that has ended
        work.result |= {"history": name, "aside": _aside(name)}

    def _exchanged(self, copy: Copy) -> str:
        if not copy.taking.exists():
            return self.keeping.history
        name = _read(copy.taking)
        if not self._taken(copy):
            for folder in (self.plan.data, copy.folder):
                if strays.serves(_PROGRAM, folder):
                    raise CommandError(f"a server still runs in {folder}")
            _ready(copy, self.plan.histories.mark, name)
            exchange(copy.folder, self.plan.data)
            if strays.serves(_PROGRAM, copy.folder):  # it was started in this very moment
                exchange(copy.folder, self.plan.data)
                raise CommandError("the server was started meanwhile")
        if copy.there:
            copy.folder.rename(copy.folder.with_name(_aside(name)))
        copy.log.unlink(missing_ok=True)
        copy.taking.unlink()
        return name

    def _taken(self, copy: Copy) -> bool:
        """Whether it lies where the server's data lay, however far that was brought to an end."""
        if copy.taking.exists():
            return self.keeping.history == _read(copy.taking)
        mark = self.plan.data / _TAKEN
        return not copy.there and mark.exists() and _read(mark) == copy.folder.name

    def forgo(self, copy: Copy) -> None:
        """Nothing takes the server's place. Raises RefusedError where it has done so already."""
        if self._taken(copy):
            raise RefusedError(
                f"the copy {copy.folder.name} has taken the place of {self.plan.store} already",
                f"run `seatrial restore {self.plan.store} --take {copy.folder.name}` to its end",
            )
        copy.taking.unlink(missing_ok=True)


def _aside(history: str) -> str:
    """The name of the copy that holds what the server had before a history."""
    return f"before-{history.rpartition('-')[2].lower()}"


def _written(path: Path, text: str) -> None:
    new = path.with_suffix(f"{path.suffix}.new")
    new.write_text(text, encoding="ascii")
    kept(new)
    new.rename(path)
    kept(path.parent)


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def _ready(copy: Copy, mark: str, history: str) -> None:
    """A restored copy as a server's data: of a history of its own, with nothing of the restore."""
    folder = copy.folder
    (folder / "postmaster.pid").unlink(missing_ok=True)  # no server runs there: it was killed
    own = folder / "postgresql.auto.conf"
    own.write_text(settled(own.read_text(encoding="utf-8")), encoding="utf-8")
    kept(own)
    _written(folder / _TAKEN, copy.folder.name)
    _written(folder / mark, history)


def settled(text: str) -> str:
    """A server's own settings without those that a restore has written."""
    lines = text.splitlines(keepends=True)
    return "".join(each for each in lines if not _OF_A_RESTORE.match(each))
