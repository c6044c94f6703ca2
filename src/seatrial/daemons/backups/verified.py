"""What was found when all that lies in a repository was read, and when that is due again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from seatrial.daemons.shared.disk import written

_FILE = ".verified"  # beside the copies, whose folder outlives the daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Of so many `files` these are `damaged`, by their names in the repository.

    `rotten` are the labels of the backups that need one of them, as far as it is known.
    """

    files: int
    damaged: tuple[str, ...] = ()
    rotten: tuple[str, ...] = ()


class Record:
    """When it was read last, `ended`, and what was `found`; it outlives the daemon.

    Before the first time `found` is None, and `ended` is when somebody began to look after it.
    """

    def __init__(self, folder: Path, now: float) -> None:
        """What an earlier life of the daemon has kept."""
        self._path = folder / _FILE
        self.ended = now
        self.found: Found | None = None
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            own = kept["found"]
            self.found = Found(
                files=int(own["files"]),
                damaged=tuple(own["damaged"]),
                rotten=tuple(own["rotten"]),
            )
            self.ended = float(kept["ended"])
        except (OSError, ValueError, KeyError, TypeError):  # not there, or not whole: read anew
            self.found = None

    def keep(self, found: Found, ended: float) -> None:
        """It was read to its end. Raises OSError."""
        self.found, self.ended = found, ended
        self._path.parent.mkdir(parents=True, exist_ok=True)
        written(self._path, json.dumps({"ended": ended, "found": asdict(found)}))

    def due(self, every: float, now: float) -> bool:
        """Whether it is time to read it; what nobody has ever read is at once."""
        return self.found is None or now - self.ended >= every
