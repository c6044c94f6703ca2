"""What pgBackRest tells of its repository. Pure.

Format: `pgbackrest info --output=json`, https://pgbackrest.org/command.html#command-info.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from seatrial.daemons.backups.backups import Backup

_KINDS = {"full": "full", "diff": "differential", "incr": "incremental"}
TYPES = {value: key for key, value in _KINDS.items()}  # as pgBackRest's option names them


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
