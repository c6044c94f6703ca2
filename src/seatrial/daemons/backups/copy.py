"""A restored copy as a server of its own: replayed to its instant, asked, ended, removed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.plan import Plan
from seatrial.daemons.backups.server import Server

_REPLAY = 3600.0
_GRACE = 30.0
_PAUSE = 0.2
_LINES = 8
UNFINISHED = ".unfinished"  # beside a copy's folder while it is being restored


@dataclass(kw_only=True)
class Copy:
    """One copy in `folder`, which listens on `port` once `started`."""

    plan: Plan
    folder: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def server(self) -> Server:
        """How it is asked."""
        return Server(login=self.plan.server).at(self.plan.address, self.port)

    @property
    def _log(self) -> Path:
        return self.folder.with_suffix(".log")

    @property
    def unfinished(self) -> Path:
        """There while nobody knows that all of it is there."""
        return self.folder.with_suffix(UNFINISHED)

    def begin(self) -> bool:
        """Have its folder; whether an earlier restore into it was broken off."""
        again = self.unfinished.exists() and any(self.folder.iterdir() if self.there else ())
        self.plan.copies.mkdir(parents=True, exist_ok=True)
        self.unfinished.touch()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return again

    @property
    def there(self) -> bool:
        """Whether its folder is."""
        return self.folder.is_dir()

    def already(self) -> int:
        """How many bytes an earlier restore that was broken off has left in its folder."""
        if not self.unfinished.exists():
            return 0
        found = 0
        for each in self.folder.rglob("*"):
            with contextlib.suppress(OSError):
                found += each.lstat().st_blocks * 512  # what is only reserved takes no room
        return found

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
        with self._log.open("wb") as log:
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
            lines = self._log.read_text(errors="replace").splitlines()
            fatal = [each for each in lines if "FATAL" in each or "PANIC" in each]
            return " / ".join((fatal or lines)[-_LINES:])
        return "it wrote nothing"

    async def stop(self) -> None:
        """End it; harmless where it does not run."""
        process, self.process = self.process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)  # fast: sessions are ended
            try:
                async with asyncio.timeout(_GRACE):
                    await process.wait()
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    async def remove(self) -> None:
        """End it, and delete all of it."""
        await self.stop()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
        self._log.unlink(missing_ok=True)
        self.unfinished.unlink(missing_ok=True)
