"""Restarts and kills for want of memory, over the lives of a container. Pure.

A container's group goes with its last process, and takes its counter along. The machine counts
every process that it killed for want of memory: where that number rises while a container ends,
and no group that is still there explains it, the container ended of it. Two that end within one
look are both told so: one too many is better than one that nobody hears of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A replica as it is now: when its first process began, how many its group counts as killed.

    None: its group does not tell.
    """

    began: float
    kills: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of a replica since it was first asked for; `life` None: it does not run."""

    life: Life | None = None
    last: float = 0.0
    restarts: int = 0
    kills: int = 0


def step(
    before: Mapping[str, Seen], now: Mapping[str, Life | None], rise: int, *, lasting: bool
) -> dict[str, Seen]:
    """What is known after one more look.

    `rise` is how many processes the machine has killed since the last. `lasting`: groups outlive
    their processes, and so do their counters.
    """
    explained = sum(_grown(before.get(each), life) for each, life in now.items())
    unexplained = rise - explained > 0 and not lasting
    return {
        each: _after(before.get(each), life, unexplained=unexplained, lasting=lasting)
        for each, life in now.items()
    }


def _grown(before: Seen | None, life: Life | None) -> int:
    """Kills in a group that was there before, too."""
    if before is None or before.life is None or life is None or life.began != before.life.began:
        return 0
    return max(0, (life.kills or 0) - (before.life.kills or 0))


def _after(before: Seen | None, life: Life | None, *, unexplained: bool, lasting: bool) -> Seen:
    if before is None:
        kills = life.kills or 0 if life is not None else 0
        return Seen(life=life, last=life.began if life is not None else 0.0, kills=kills)
    ended = before.life is not None and (life is None or life.began != before.life.began)
    found = replace(before, life=life, kills=before.kills + (1 if ended and unexplained else 0))
    if life is None:
        return found
    if before.last and life.began != before.last:
        found = replace(found, restarts=before.restarts + 1)
    if lasting:
        grown = max(0, (life.kills or 0) - before.kills)
    elif life.began == before.last:
        grown = _grown(before, life)
    else:
        grown = life.kills or 0
    return replace(found, last=life.began, kills=found.kills + grown)
