"""A restored copy of a service's files: a folder, which nothing serves."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from seatrial.daemons.backups import copy


@dataclass(kw_only=True)
class Copy(copy.Copy):
    """Without a process. What an earlier restore that was broken off has left goes first."""

    def begin(self) -> bool:
        """Have its folder, empty. Raises OSError."""
        again = super().begin()
        for each in self.folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
        return again
