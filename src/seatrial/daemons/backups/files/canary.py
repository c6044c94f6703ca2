"""Files that are written while a backup is taken: those in it tell which moment it is of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.daemons.backups.files.notes import Row

KEYSTONE = "keystone"  # laid before the first backup: later, that it is gone is a loss
_PAUSE = 0.05  # seconds between two files


def lay(folder: Path) -> None:
    """Lay the keystone among the files that are written. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEYSTONE).write_text("laid\n", encoding="ascii")


def laid(folder: Path) -> bool:
    """Whether it is there."""
    return (folder / KEYSTONE).is_file()


def there(folder: Path, number: int) -> bool:
    """Whether the file of that number is, and is whole."""
    try:
        return (folder / str(number)).read_text(encoding="ascii") == _text(number)
    except (OSError, UnicodeDecodeError):
        return False


def _text(number: int) -> str:
    return f"{number}\n"


@dataclass(kw_only=True)
class Canary:
    """Writes them into a folder until `ended`; `rows` grows meanwhile."""

    folder: Path
    clock: Callable[[], float] = time.time
    ended: bool = False
    rows: list[Row] = field(default_factory=list)

    async def write(self) -> None:
        """Each is written elsewhere and renamed, so that none is seen half written.

        Raises OSError. Those of an earlier backup go first.
        """
        folder, part = self.folder, self.folder.with_name("part")
        folder.mkdir(parents=True, exist_ok=True)
        for each in folder.iterdir():
            if each.name.isdigit():
                each.unlink()
        while not self.ended:
            number, began = len(self.rows), self.clock()
            part.write_text(_text(number), encoding="ascii")
            part.rename(folder / str(number))
            self.rows.append((number, began, self.clock()))
            await asyncio.sleep(_PAUSE)
