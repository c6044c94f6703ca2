"""A restored copy of PostgreSQL: replayed to its instant, asked, ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from typing import ClassVar

from seatrial.daemons.backups import copy
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.postgres.server import Server

_REPLAY = 3600.0
_PAUSE = 0.2
_LINES = 8


@dataclass(kw_only=True)
class Copy(copy.Copy):
    """One copy, which listens on `port` once `started`."""

    ENDS: ClassVar[signal.Signals] = signal.SIGINT  # fast: sessions are ended

    plan: Plan
    port: int

    @property
    def server(self) -> Server:
        """How it is asked."""
        return Server(login=self.plan.server).at(self.plan.address, self.port)

    async def start(self) -> None:
        """Replay the log up to the instant; returns when it leads from there.

        Raises CommandError with its last lines. What it reads of the store are its settings, who
        may come in, and its archive; it archives nothing, and listens at an address of its own.
        """
        settings = {
            "config_file": self.plan.settings,
            "listen_addresses": self.plan.address,
            "port": self.port,
            "unix_socket_directories": self.folder,
            "archive_mode": "off",
            "hot_standby": "off",  # nobody sees it before it has come to the instant
            "shared_buffers": "32MB",
        }
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                *("postgres", "-D", str(self.folder), *words),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        loop = asyncio.get_running_loop()
        until = loop.time() + _REPLAY
        while not await self._leads():
            if self.process.returncode is not None:
                raise CommandError(f"the copy ended before its instant: {self._said()}")
            if loop.time() > until:
                raise CommandError(f"the copy had not come to its instant after {_REPLAY:.0f} s")
            await asyncio.sleep(_PAUSE)

    async def _leads(self) -> bool:
        try:
            return await self.server.value("SELECT pg_is_in_recovery()") == "f"
        except CommandError:
            return False

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()
            fatal = [each for each in lines if "FATAL" in each or "PANIC" in each]
            return " / ".join((fatal or lines)[-_LINES:])
        return "it wrote nothing"
