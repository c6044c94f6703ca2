"""What pgBackRest tells of its repository. Pure.

Format: `pgbackrest info --output=json`, https://pgbackrest.org/command.html#command-info.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.histories import Histories

_OTHER = 99  # any error but that something is not there
_KINDS = {"full": "full", "diff": "differential", "incr": "incremental"}
TYPES = {value: key for key, value in _KINDS.items()}  # as pgBackRest's option names them


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Where in a repository the log of a history lies, and from which segment on it is needed.

    What came before the newest backup began leads to no moment after it.
    """

    folder: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The backups of each history, the oldest first, and the names of all `histories`.

    `log` is of the history that goes on; None without a backup of it. `full` is its newest full
    backup, and the segment from which on that one's log is; empty without one.
    """

    backups: tuple[Backup, ...]
    histories: tuple[str, ...]
    log: Log | None = None
    full: tuple[str, str] = ("", "")


def read(answer: str, histories: Histories, own: str) -> Held:
    """What the repository of one server holds, whose history is its `own` now.

    Raises ValueError for what is no answer, and where the repository could not be read: pgBackRest
    says that in its answer, and ends well.
    """
    stanzas = json.loads(answer)
    try:
        for each in stanzas:
            _readable(each)
        names = tuple(each["name"] for each in stanzas)
        ends = histories.ends({*names, own}, own)
        found = [
            _backup(one, each["name"], ends[each["name"]], _systems(each))
            for each in stanzas
            for one in each["backup"]
        ]
        present = next((each for each in stanzas if each["name"] == own), {"backup": ()})
        log, full = _log(present), _full(present)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"no answer of pgbackrest info: {error!r}") from error
    backups = tuple(sorted(found, key=lambda each: each.ended))
    return Held(backups=backups, histories=names, log=log, full=full)


def _log(stanza: Mapping[str, Any]) -> Log | None:
    backups = sorted(stanza["backup"], key=lambda each: each["timestamp"]["stop"])
    newest = backups[-1] if backups else {}
    since, database = newest.get("archive", {}).get("start"), newest.get("database", {}).get("id")
    kept = (each["id"] for each in stanza.get("archive", ()) if each["database"]["id"] == database)
    folder = next(kept, None)
    if not since or folder is None:
        return None
    return Log(folder=f"archive/{stanza['name']}/{folder}", since=str(since))


def _full(stanza: Mapping[str, Any]) -> tuple[str, str]:
    backups = [each for each in stanza["backup"] if each["type"] == TYPES["full"]]
    newest: Mapping[str, Any] = max(backups, key=lambda each: each["timestamp"]["stop"], default={})
    return str(newest.get("label", "")), str(newest.get("archive", {}).get("start") or "")


def _readable(stanza: Mapping[str, Any]) -> None:
    if stanza.get("status", {}).get("code") == _OTHER:
        told = [each.get("status", {}).get("message", "") for each in stanza.get("repo", ())]
        said = " / ".join(" ".join(each.split()) for each in told if each)
        raise ValueError(f"the repository cannot be read: {said or 'pgBackRest says no more'}")


def _systems(stanza: Mapping[str, Any]) -> Mapping[int, str]:
    """The number that initdb gave the server, by pgBackRest's own of it."""
    return {each["id"]: str(each["system-id"]) for each in stanza["db"]}


def _backup(
    each: Mapping[str, Any], history: str, until: float | None, systems: Mapping[int, str]
) -> Backup:
    return Backup(
        label=str(each["label"]),
        kind=_KINDS[each["type"]],
        began=float(each["timestamp"]["start"]),
        ended=float(each["timestamp"]["stop"]),
        size=int(each["info"]["size"]),
        copied=int(each["info"]["delta"]),
        stored=int(each["info"]["repository"].get("delta", 0)),
        damaged=bool(each.get("error")),
        history=history,
        until=until,
        system=systems[each["database"]["id"]],
    )
