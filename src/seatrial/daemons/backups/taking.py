"""A copy takes the server's place: the data change places, and another history begins.

What the server had becomes a copy, which can take its place again. Whoever is killed at any moment
finds one of both whole where the server's data lie, and goes on. What may not live here: how one
product's history is brought to its end, and how its copy is made ready.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.copy import TAKING, UNFINISHED, Copy
from seatrial.daemons.backups.exchange import exchange, exchangeable
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.product import RefusedError
from seatrial.daemons.backups.work import Work
from seatrial.daemons.shared.disk import flushed, written


class Plan(Protocol):
    """Where copies lie, and which histories the store has had."""

    @property
    def copies(self) -> Path:
        """The folder of the copies."""

    @property
    def histories(self) -> Histories:
        """How they are named."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is to become: the history that begins, and the copy that holds what the server had."""

    history: str
    aside: str

    @classmethod
    def read(cls, path: Path) -> _Mark:
        """Raises OSError, and ValueError for a file that was not written by one."""
        history, *aside = path.read_text(encoding="ascii").split()
        return cls(history, aside[0] if aside else _aside(history))

    def write(self, path: Path) -> None:
        written(path, f"{self.history}\n{self.aside}\n")


@dataclass(kw_only=True)
class Taking(ABC):
    """What it needs: `data` is the server's folder, in which its PROGRAM stands while it runs."""

    PROGRAM: ClassVar[str]

    plan: Plan
    keeping: Any  # the product's own, which each one's `Taking` names
    data: Path
    clock: Callable[[], float] = time.time

    @abstractmethod
    async def _closed(self, work: Work, copy: Copy) -> float:
        """Bring the history to its end while the server runs; the instant of that.

        Whatever of the copy takes long is done here, too. Raises CommandError.
        """

    @abstractmethod
    async def _known(self) -> set[str]:
        """The histories of which there are backups. Raises CommandError."""

    @abstractmethod
    def _ready(self, folder: Path) -> None:
        """Have nothing in a copy that is only a copy's. Raises CommandError where it is not."""

    @cached_property
    def unable(self) -> str:
        """Why none can; empty where one can."""
        return exchangeable(self.plan.copies, self.data.parent)

    @property
    def begun(self) -> str:
        """The copy that takes its place, until there is a full backup of what it brought."""
        return next((each.stem for each in sorted(self.plan.copies.glob(f"*{TAKING}"))), "")

    @property
    def taken(self) -> bool:
        """Whether that lies where the server's data lay, however far it was brought to an end."""
        begun = self.begun
        mark = (self.plan.copies / begun).with_suffix(TAKING)
        return bool(begun) and self._history == _Mark.read(mark).history

    @property
    def _history(self) -> str:
        found: str = self.keeping.history
        return found

    def check(self, copy: Copy, aside: str = "") -> None:
        """Raise RefusedError for a copy that cannot take its place, or where `aside` is taken."""
        name = copy.folder.name
        if self.begun == name and self.taken:
            return
        other = self.plan.copies / aside
        if aside and (other.exists() or other.with_suffix(UNFINISHED).exists()):
            raise RefusedError(
                f"there is a copy {aside} already", "write --aside with another name"
            )
        if not copy.there:
            raise RefusedError(f"there is no copy {name}", "restore one: write --to and --into")
        if copy.unfinished.exists():
            raise RefusedError(
                f"nobody knows that all of the copy {name} is there",
                "restore it again, to the same moment: it goes on where it was broken off",
            )
        if unable := self.unable:
            raise RefusedError(unable, "lead the store's users to the copy instead")

    async def begin(self, work: Work, copy: Copy, aside: str = "") -> None:
        """Name the history that begins; the old one is brought to its end.

        What the server has becomes the copy `aside`; else it is named by that history's beginning.
        Where all that was done before, it is as it was ordered then. Raises CommandError.
        """
        if self.taken:
            _told(work, _Mark.read(copy.taking), taken=not copy.there)
            return
        work.step("copy")
        await copy.stop()
        moment = await self._closed(work, copy)
        try:
            name = self.plan.histories.next(moment, {*await self._known(), self._history})
        except ValueError as error:
            raise CommandError(str(error)) from error
        mark = _Mark(name, aside or _aside(name))
        await asyncio.to_thread(mark.write, copy.taking)
        _told(work, mark, taken=False)

    async def exchange(self, work: Work, copy: Copy) -> None:
        """Change the places of both. Raises CommandError, also where nothing was begun."""
        if not copy.taking.exists():
            raise CommandError(f"nothing was begun with the copy {copy.folder.name}")
        work.step("exchange")
        mark = await asyncio.to_thread(self._exchanged, copy)
        self.keeping.seen = None  # what was seen was of the history that has ended
        _told(work, mark)

    def _exchanged(self, copy: Copy) -> _Mark:
        mark = _Mark.read(copy.taking)
        if not self.taken:
            for folder in (self.data, copy.folder):
                if strays.serves(self.PROGRAM, folder):
                    raise CommandError(f"a server still runs in {folder}")
            self._ready(copy.folder)
            written(copy.folder / self.plan.histories.mark, mark.history)
            exchange(copy.folder, self.data)
            if strays.serves(self.PROGRAM, copy.folder):  # it was started in this very moment
                exchange(copy.folder, self.data)
                raise CommandError("the server was started meanwhile")
        if copy.there:
            copy.folder.rename(copy.folder.with_name(mark.aside))
            flushed(self.plan.copies)
        copy.log.unlink(missing_ok=True)
        return mark

    def settle(self) -> None:
        """There is a full backup of what was brought: nothing is left to be done."""
        if self.taken:
            (self.plan.copies / self.begun).with_suffix(TAKING).unlink()

    def leave(self) -> None:
        """Nothing takes the server's place; the copy stays. Raises CommandError."""
        if self.taken:
            raise CommandError(f"the copy {self.begun} has taken the place of the store already")
        (self.plan.copies / self.begun).with_suffix(TAKING).unlink()


def _aside(history: str) -> str:
    """The name of the copy that holds what the server had before a history."""
    return f"before-{history.rpartition('-')[2].lower()}"


def _told(work: Work, mark: _Mark, **others: bool) -> None:
    work.result |= {"history": mark.history, "aside": mark.aside, **others}
