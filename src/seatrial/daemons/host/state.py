"""How far each source was read: on disk, so that a new life of the daemon goes on from there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True, kw_only=True)
class State:
    """Where each source goes on.

    `cursor` is the journal's, `boot` and `number` are those of the kernel's last record, and of
    each file there are its inode and how many of its bytes were read.
    """

    cursor: str = ""
    boot: str = ""
    number: int = -1
    files: dict[str, list[int]] = field(default_factory=dict)


def read(path: Path) -> State:
    """What an earlier life has left; nothing where it left nothing, or what cannot be read."""
    try:
        return State(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return State()


def write(path: Path, state: State) -> None:
    """Replace what is there, as a whole. Raises OSError."""
    half = path.with_suffix(".half")
    half.write_text(json.dumps(asdict(state)), encoding="utf-8")
    half.rename(path)
