"""A restored copy as a server of its own: its folder, its process, its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

_GRACE = 30.0
UNFINISHED = ".unfinished"  # beside a copy's folder while it is being restored
TAKING = ".taking"  # the same while it takes the store's place


@dataclass(kw_only=True)
class Copy:
    """One copy in `folder`; a product's own begins its `process`, which ends by the signal ENDS."""

    ENDS: ClassVar[signal.Signals] = signal.SIGTERM

    folder: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """What its server writes."""
        return self.folder.with_suffix(".log")

    @property
    def unfinished(self) -> Path:
        """There while nobody knows that all of it is there."""
        return self.folder.with_suffix(UNFINISHED)

    @property
    def taking(self) -> Path:
        """There from when it may take the store's place until it has; says what is to become."""
        return self.folder.with_suffix(TAKING)

    def begin(self) -> bool:
        """Have its folder; whether an earlier restore into it was broken off."""
        again = self.unfinished.exists() and any(self.folder.iterdir() if self.there else ())
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.unfinished.touch()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return again

    @property
    def there(self) -> bool:
        """Whether its folder is."""
        return self.folder.is_dir()

    @property
    def runs(self) -> bool:
        """Whether its server does; one that died by itself does not."""
        return self.process is not None and self.process.returncode is None

    def already(self) -> int:
        """How many bytes an earlier restore that was broken off has left in its folder."""
        if not self.unfinished.exists():
            return 0
        found = 0
        for each in self.folder.rglob("*"):
            with contextlib.suppress(OSError):
                found += each.lstat().st_blocks * 512  # what is only reserved takes no room
        return found

    async def stop(self) -> None:
        """End it; harmless where it does not run."""
        process, self.process = self.process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.ENDS)
            try:
                async with asyncio.timeout(_GRACE):
                    await process.wait()
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    async def remove(self) -> None:
        """End it, and delete all of it. Raises OSError where something of it stays."""
        await self.stop()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
        if self.folder.exists():
            raise OSError(f"what is left of the copy cannot be deleted: {self.folder}")
        self.log.unlink(missing_ok=True)
        self.unfinished.unlink(missing_ok=True)


def copies_in(folder: Path, running: str, drill: str) -> list[dict[str, Any]]:
    """Those that lie there, but for that of a `drill`, as JSON tells them; one may be `running`."""
    if not folder.is_dir():
        return []
    # a hidden one is what a killed probe of whether folders can change their places has left
    there = (each.name for each in folder.iterdir() if each.is_dir())
    names = sorted(each for each in there if each != drill and not each.startswith("."))
    return [
        {
            "name": each,
            "folder": str(folder / each),
            "running": each == running,
            "whole": not (folder / each).with_suffix(UNFINISHED).exists(),
        }
        for each in names
    ]
