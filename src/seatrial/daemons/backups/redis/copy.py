"""A restored copy of Redis: loaded, asked, ended."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.backups import copy
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.redis.keeping import PROGRAM
from seatrial.daemons.backups.redis.plan import Plan
from seatrial.daemons.shared.disk import flushed

FILE = "dump.rdb"
# What a durable server begins with, and no other file: a folder since Redis 7, one file before.
_APPENDED = ("appendonlydir", "appendonly.aof")
_SNAPPED = "seatrial.snapshot"
_LOAD = 3600.0
_PAUSE = 0.1
_LINES = 8


@dataclass(kw_only=True)
class Copy(copy.Copy):
    """One copy, which listens on `port` once `started`."""

    plan: Plan
    port: int

    @property
    def server(self) -> Server:
        """How it is asked."""
        return Server(login=self.plan.server).at(self.plan.address, self.port)

    async def start(self) -> None:
        """Load the snapshot; returns when it answers. Raises CommandError with its last lines.

        It writes nothing to the disk: what is changed in it is lost with it, also where it then
        takes the server's place.
        """
        words = {"bind": self.plan.address, "port": self.port, "dir": self.folder}
        words["dbfilename"] = FILE
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                PROGRAM,
                str(self.plan.settings),
                *(word for key, value in words.items() for word in (f"--{key}", str(value))),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        loop = asyncio.get_running_loop()
        until = loop.time() + _LOAD
        while not await self._answers():
            if self.process.returncode is not None:
                raise CommandError(f"the copy ended before it answered: {self._said()}")
            if loop.time() > until:
                raise CommandError(f"the copy did not answer within {_LOAD:.0f} s")
            await asyncio.sleep(_PAUSE)

    @property
    def snapped(self) -> Path:
        """There while all that counts in its folder is the snapshot."""
        return self.folder / _SNAPPED

    @property
    def appended(self) -> bool:
        """Whether a durable server begins with what its folder holds."""
        there = any((self.folder / each).exists() for each in _APPENDED)
        return there and not self.snapped.exists()

    async def append(self) -> None:
        """Have in its folder what a durable server begins with: that loads no snapshot.

        The server itself writes it anew, from the snapshot alone. Raises CommandError; whoever is
        killed meanwhile begins again. https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
        """
        self.snapped.touch()
        await asyncio.to_thread(self._cleared)
        await self.start()
        process = self.process
        try:
            await self.server.ask("CONFIG", "SET", "appendonly", "yes")
            while await self._appends():
                if process is None or process.returncode is not None:
                    raise CommandError(f"the copy ended while it wrote: {self._said()}")
                await asyncio.sleep(_PAUSE)
        finally:
            await self.stop()
        if process is None or process.returncode:
            raise CommandError(f"the copy did not write down all it had: {self._said()}")
        await asyncio.to_thread(self._settled)

    async def _appends(self) -> bool:
        """Whether it is still being written. Raises CommandError where that fails."""
        told = str(await self.server.ask("INFO", "persistence"))
        found = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        if found.get("aof_last_bgrewrite_status") != "ok":
            raise CommandError(f"the copy cannot write down what it has: {self._said()}")
        return any(
            found.get(each) != "0" for each in ("aof_rewrite_in_progress", "aof_rewrite_scheduled")
        )

    def _cleared(self) -> None:
        """Nothing of an earlier one that was broken off."""
        for each in _APPENDED:
            shutil.rmtree(self.folder / each, ignore_errors=True)
            (self.folder / each).unlink(missing_ok=True)

    def _settled(self) -> None:
        """All of it is on the disk before the snapshot counts for nothing, and goes."""
        for each in sorted(self.folder.rglob("*"), reverse=True):
            flushed(each)
        self.snapped.unlink()
        flushed(self.folder)
        (self.folder / FILE).unlink()

    async def _answers(self) -> bool:
        with contextlib.suppress(CommandError):  # it is loading, or not there yet
            return await self.server.ask("PING") == "PONG"
        return False

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()
            return " / ".join(lines[-_LINES:])
        return "it wrote nothing"
