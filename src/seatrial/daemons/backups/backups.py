"""What the repository holds, what is due, from which backup an instant is reached. Pure.

Format: `pgbackrest info --output=json`, https://pgbackrest.org/command.html#command-info.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.backups.plan import KINDS

_KINDS = {"full": "full", "diff": "differential", "incr": "incremental"}
TYPES = {value: key for key, value in _KINDS.items()}  # as pgBackRest's option names them
_ROOM = 256 * 1024 * 1024  # bytes of log that a restored server may take beside its data


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One that is whole. Instants are in seconds since the epoch, sizes in bytes.

    `size` is what a restore takes, `copied` what was read for it, `stored` what it takes in the
    repository. `damaged`: the server's own checksums were wrong in what was copied.
    """

    label: str
    kind: str
    began: float
    ended: float
    size: int
    copied: int
    stored: int
    damaged: bool


def read(answer: str) -> tuple[Backup, ...]:
    """The backups of the one stanza, the oldest first. Raises ValueError for what is no answer."""
    stanzas = json.loads(answer)
    try:
        found = [_backup(each) for each in stanzas[0]["backup"]] if stanzas else []
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"no answer of pgbackrest info: {error!r}") from error
    return tuple(sorted(found, key=lambda each: each.ended))


def _backup(each: Mapping[str, Any]) -> Backup:
    return Backup(
        label=str(each["label"]),
        kind=_KINDS[each["type"]],
        began=float(each["timestamp"]["start"]),
        ended=float(each["timestamp"]["stop"]),
        size=int(each["info"]["size"]),
        copied=int(each["info"]["delta"]),
        stored=int(each["info"]["repository"].get("delta", 0)),
        damaged=bool(each.get("error")),
    )


def due(found: Iterable[Backup], schedule: Mapping[str, float], now: float) -> str:
    """The kind of backup that is due, the widest first; empty where none is.

    A wider one counts for the narrower: after a full backup no other is due at once.
    """
    there = tuple(found)
    if not any(each.kind == "full" for each in there):
        return "full"
    for number, kind in enumerate(KINDS):
        last = max((each.began for each in there if each.kind in KINDS[: number + 1]), default=0.0)
        if now - last >= schedule[kind]:
            return kind
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """From which backup an instant is reached, or the sentence and the cure of why from none."""

    backup: Backup | None = None
    refused: str = ""
    cure: str = ""


def reach(found: Iterable[Backup], target: float, now: float) -> Reach:
    """The newest backup that had ended by then: a server is whole only from its end on."""
    there = tuple(found)
    if target > now:
        return Reach(refused="it is in the future", cure="write an instant that has passed")
    if not there:
        return Reach(refused="there is no backup yet", cure="run `seatrial backup now STORE`")
    before = [each for each in there if each.ended <= target]
    if not before:
        return Reach(
            refused="it is before the end of the first backup",
            cure=f"write an instant after {_instant(there[0].ended)}",
        )
    return Reach(backup=before[-1])


def room(backup: Backup, free: int, already: int = 0) -> str:
    """Why a restore of it does not fit; empty where it does.

    Bytes are `free`, and `already` there from a restore that was broken off.
    """
    needed = max(0, backup.size - already) + _ROOM
    if needed <= free:
        return ""
    return f"it needs {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free"


def _instant(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
