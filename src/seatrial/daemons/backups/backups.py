"""What is held, what is due, from which backup an instant is reached. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from seatrial.daemons.backups.plan import KINDS

_ROOM = 256 * 1024 * 1024  # bytes of log that a restored server may take beside its data


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One that is whole. Instants are in seconds since the epoch, sizes in bytes.

    `size` is what a restore takes, `copied` what was read for it, `stored` what it takes in the
    repository. `damaged`: it is not as it should be. `moment`, where there is one, is the only
    instant to which it can be restored: nothing that was sent after it is there. It is of the
    store's `history`, which went on `until` the store was restored in place; None: until now.
    `rotten`: a file of it in the repository was not what was written when all was read last.
    `system` is the server that it is of, by the number that it was given when it was laid; empty of
    a product that gives none.
    """

    label: str
    kind: str
    began: float
    ended: float
    size: int
    copied: int
    stored: int
    damaged: bool
    moment: float | None = None
    history: str = ""
    until: float | None = None
    rotten: bool = False
    system: str = ""

    @property
    def reaches(self) -> float:
        """The first instant that can be restored from it: a server is whole only from its end."""
        return self.ended if self.moment is None else self.moment


def due(found: Iterable[Backup], schedule: Mapping[str, float], now: float) -> str:
    """The kind of backup that is due, the widest first; empty where none is.

    A wider one counts for the narrower: after a full backup no other is due at once. A kind that
    the schedule leaves out is never due, but for the first full one. One of a history that has
    ended counts for nothing, nor does a full one that is rotten: what is taken since needs it.
    """
    there = present(found)
    full = max((each for each in there if each.kind == "full"), key=_began, default=None)
    if full is None or full.rotten:
        return "full"
    for number, kind in enumerate(KINDS):
        last = max((each.began for each in there if each.kind in KINDS[: number + 1]), default=0.0)
        if kind in schedule and now - last >= schedule[kind]:
            return kind
    return ""


def _began(backup: Backup) -> float:
    return backup.began


def present(found: Iterable[Backup]) -> tuple[Backup, ...]:
    """Those of the history that goes on."""
    return tuple(each for each in found if each.until is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """From which backup an instant is reached, or the sentence and the cure of why from none."""

    backup: Backup | None = None
    refused: str = ""
    cure: str = ""


def reach(found: Iterable[Backup], target: float, now: float) -> Reach:
    """The newest backup from which it can be reached, of the history that the store had then.

    One that is rotten, then one that is damaged, only where no other reaches it; a damaged one of
    a single moment all the same, as an older one has less.
    """
    there = tuple(found)
    if target > now:
        return Reach(refused="it is in the future", cure="write an instant that has passed")
    if not there:
        return Reach(refused="there is no backup yet", cure="run `seatrial backup now STORE`")
    before = [each for each in there if each.reaches <= target]
    if not before:
        return Reach(
            refused="it is before the first moment that a backup reaches",
            cure=f"write an instant after {instant(there[0].reaches)}",
        )
    had = [each for each in before if each.until is None or target < each.until]
    if not had:
        ended = max(each.until for each in before if each.until is not None)
        return Reach(
            refused=f"STORE was restored in place at {instant(ended)}, and no backup that was"
            " taken since reaches it",
            cure=f"write an instant before {instant(ended)}, or one after {_first(there)}",
        )
    whole = [each for each in had if not each.rotten] or had
    sound = [each for each in whole if not each.damaged or each.moment is not None]
    return Reach(backup=(sound or whole)[-1])


def _first(there: Iterable[Backup]) -> str:
    since = [each.reaches for each in present(there)]
    return instant(min(since)) if since else "the end of the first backup since, not there yet"


def room(backup: Backup, free: int, already: int = 0) -> str:
    """Why a restore of it does not fit; empty where it does.

    Bytes are `free`, and `already` there from a restore that was broken off.
    """
    needed = max(0, backup.size - already) + _ROOM
    if needed <= free:
        return ""
    return f"it needs {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free"


def instant(seconds: float) -> str:
    """As a sentence has it."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def kept(held: tuple[Backup, ...]) -> list[dict[str, Any]]:
    """The backups as JSON tells them."""
    return [asdict(each) for each in held]
