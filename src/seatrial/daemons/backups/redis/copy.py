"""A restored copy of Redis: loaded, asked, ended."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from seatrial.daemons.backups import copy
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.redis.keeping import PROGRAM
from seatrial.daemons.backups.redis.plan import Plan

FILE = "dump.rdb"
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

        It writes nothing to the disk: what is changed in it is lost with it.
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

    async def _answers(self) -> bool:
        with contextlib.suppress(CommandError):  # it is loading, or not there yet
            return await self.server.ask("PING") == "PONG"
        return False

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()
            return " / ".join(lines[-_LINES:])
        return "it wrote nothing"
