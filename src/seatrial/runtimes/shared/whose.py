"""Who runs a system, where it is not whoever asks: each user's systems have a folder of their own.

What lies in another's folder is for its owner. That it is there, and whose it is, anybody may see.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seatrial.contract.runtime import NothingRuns, RuntimeFailure
from seatrial.runtimes.shared.state import State, begun_in, default_base, own_base

_BESIDE = ".seatrial"  # what whoever runs a system leaves beside its file


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """A system that is up for another user, or for the same one elsewhere: its folder, its owner.

    `mine`: the owner is whoever asks, and the environment names another folder.
    """

    system: str
    path: Path
    owner: str
    mine: bool

    def told(self) -> RuntimeFailure:
        """Who runs it, and what to do."""
        how = "`sudo`" if self.owner == "root" else f"`sudo -u {self.owner}`"
        return NothingRuns(
            f"{self.owner} runs {self.system}, and its state is in {self.path}",
            "run the command without SEATRIAL_HOME and XDG_STATE_HOME: they name another folder"
            if self.mine
            else f"run the command as {self.owner}, as with {how}",
        )


def theirs(system: str, folder: Path) -> Theirs | None:
    """The system of a file in that folder, as another user has begun it; None where none is seen.

    Looked for where root keeps such, and where those do who own the folder or what lies in it.
    """
    for base in dict.fromkeys(_bases(folder)):
        if base == own_base():
            continue
        for path in State.folders(system, folder, base):
            with suppress(OSError):  # it may not be entered, or is gone by now
                if begun_in(path):
                    uid = path.stat().st_uid
                    mine = uid == os.geteuid()
                    return Theirs(system=system, path=path, owner=_name(uid), mine=mine)
    return None


def nothing_runs(system: str, folder: Path) -> RuntimeFailure:
    """What to tell who asks for a system that does not run for them."""
    found = theirs(system, folder)
    if found is not None:
        return found.told()
    return NothingRuns("nothing of this system runs here", "run `seatrial up` first")


def _bases(folder: Path) -> Iterator[Path]:
    yield default_base(0, "")
    for place in (folder, folder / _BESIDE):
        with suppress(OSError, KeyError):  # not there, or nobody's
            owner = pwd.getpwuid(place.stat().st_uid)
            yield default_base(owner.pw_uid, owner.pw_dir)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"the user {uid}"
