"""The histories of a server: another one begins whenever it is restored in place.

What is kept of each is kept apart, so that nothing of an abandoned history is taken for what came
after, and both can be restored. Its name says when it began.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_FORM = "%Y%m%dT%H%M%S"  # and Z


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """`first` names the one before any restore; `mark` is the file that names another one.

    It lies in the data folder, and so changes its place with the data.
    """

    first: str
    mark: str

    def of(self, data: Path) -> str:
        """That of the server whose data folder it is. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):
            return (data / self.mark).read_text(encoding="ascii").strip()
        return self.first

    def began(self, name: str) -> float:
        """When, in seconds since the epoch; 0 for the first. Raises ValueError for no history."""
        if name == self.first:
            return 0.0
        return dt.datetime.strptime(name, f"{self.first}-{_FORM}%z").timestamp()

    def next(self, moment: float, known: Iterable[str]) -> str:
        """The name of one that begins in the second of that moment, or after all that are known.

        Raises ValueError.
        """
        after = max((self.began(each) + 1 for each in known), default=0.0)
        found = dt.datetime.fromtimestamp(int(max(moment, after)), dt.UTC)
        return f"{self.first}-{found.strftime(_FORM)}Z"

    def later(self, known: Iterable[str], own: str) -> tuple[str, ...]:
        """Those that began after a server's own. Raises ValueError."""
        return tuple(each for each in known if self.began(each) > self.began(own))

    def ends(self, known: Iterable[str], own: str) -> Mapping[str, float | None]:
        """When each ended; None for the newest and for a server's own. Raises ValueError."""
        ordered = sorted(known, key=self.began)
        return {
            each: self.began(after) if after and each != own else None
            for each, after in zip(ordered, [*ordered[1:], ""], strict=True)
        }

    def outdated(self, known: Iterable[str], own: str, before: float) -> tuple[str, ...]:
        """Those that had ended before an instant; never a server's own. Raises ValueError."""
        ends = self.ends({*known, own}, own)
        return tuple(name for name, end in ends.items() if end is not None and end < before)
