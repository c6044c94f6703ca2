"""Whether the store is moved now, and why not. Pure: the clock is an argument, and monotonic.

Whoever takes writes at home has home's lease, and has stopped before it ends: that is what Patroni
does (`ttl >= loop_wait + 2 * retry_timeout`). So nothing here need know whether home lives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seatrial.daemons.mover.plan import Plan
from seatrial.daemons.mover.quorum import View

_REMEMBERED = 600  # of what home told; once a loop, while something is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Since when nobody has been seen to have home's lease, and how far home said its log went.

    `told` are pairs of a moment and a position in bytes, each as it was first seen, oldest first.
    """

    gone: float | None = None
    told: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`ready`: it would be moved if home were lost now. `reason` says why it is as it is."""

    moves: bool
    ready: bool
    reason: str


def looked(memory: Memory, view: View | None, now: float) -> Memory:
    """What is remembered after a look. Whoever saw nothing saw nobody gone, either."""
    if view is None:
        return replace(memory, gone=None)
    told = memory.told
    if view.told is not None and (not told or told[-1][1] != view.told):
        told = (*told, (now, view.told))[-_REMEMBERED:]
    if view.held:
        return Memory(gone=None, told=told)
    return Memory(gone=now if memory.gone is None else memory.gone, told=told)


def owed(memory: Memory, rpo: float | None) -> int | None:
    """How far the copy's log must go: as far as home had said `rpo` seconds before its last word.

    What home acknowledges after that word, until its lease ends, is lost as well: whoever asks
    takes that from the `rpo`. 0 where any will do, None where home was never heard.
    """
    if rpo is None:
        return 0
    if not memory.told:
        return None
    last = memory.told[-1][0]
    older = [position for at, position in memory.told if at <= last - rpo]
    return older[-1] if older else memory.told[0][1]


def verdict(
    plan: Plan, memory: Memory, view: View | None, position: int | None, now: float
) -> Verdict:
    """Whether to move it now. `position` is how far the copy's log goes."""
    lacks = next(_lacks(plan, memory, view, position), "")
    if lacks or view is None:
        return Verdict(moves=False, ready=False, reason=lacks)
    if view.held or memory.gone is None:
        return Verdict(moves=False, ready=True, reason=f"{plan.home.region} has its lease")
    gone = now - memory.gone
    reason = f"for {gone:.0f} s nobody in {plan.home.region} has had its lease"
    return Verdict(moves=gone >= plan.after, ready=True, reason=reason)


def _lacks(plan: Plan, memory: Memory, view: View | None, position: int | None) -> Iterator[str]:
    """Why it could not be moved now, what weighs most first; nothing where it could."""
    home, other = plan.home.region, plan.other.region
    if view is None:
        yield "no majority of the three regions answers"
        return
    if view.home is None or view.other is None:
        yield f"{plan.store} has not begun in both regions"
        return
    if view.home.copies and view.moved:
        yield f"{plan.store} was moved to {other} by itself; people lead it home"
    if view.home.copies:
        yield f"{home} is a copy: people have moved {plan.store}, or are about to"
    if not view.other.copies:
        yield f"{other} is no copy of {home}"
    if not view.home.closes:
        yield f"{home} is set to take writes without its lease"
    if not view.headed:
        yield f"the copy in {other} has no head"
    allowed = None if plan.rpo is None else max(0.0, plan.rpo - plan.lease)
    least = owed(memory, allowed)
    if least is None:
        yield f"how far {home} was nobody has heard since this began to look"
    elif position is None or position < least:
        yield f"the copy in {other} is behind by more than may be lost"
