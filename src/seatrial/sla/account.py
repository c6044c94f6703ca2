"""How samples count: up, down, blind, excluded, and what that makes of a promise. Pure.

Two figures, because each alone can flatter. By runs: the share of users' runs that went well. By
time: the share of seconds in which they did; a stretch between two samples is down where runs ended
and fewer than half of them well. Where none ended for a while, as between the runs of a journey
that runs once a minute, the next that ended says what it was. A promise is kept where both figures
keep it: a service that fails four runs of ten is up all the time. Nothing is made up for what was
not seen: it is `blind`, and the verdict is only given where it holds whatever happened there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from seatrial.sla.blind import sighted
from seatrial.sla.samples import Sample, Step, steps

LONGEST = 60.0  # seconds between two samples; of what is longer nobody knows what was in it
# Seconds without a run's end for which the next one speaks: a run a minute, of which one takes
# its time, seen by a scrape that was just before it.
QUIET = 90.0
HALF = 0.5


class Kept(StrEnum):
    """Whether a promise was kept."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Time from `begin` to `end`, both in seconds since the epoch; the end is not in it."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Declared maintenance: which time counts for nothing, of which journeys, and why."""

    name: str
    span: Span
    reason: str
    journeys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a range holds, all in seconds but `good` and `bad` (runs).

    `up`, `down`, `blind` and `excluded` add up to the range. `outages` are stretches of being down
    that nothing parts. `target` is the promised share, None where nothing is promised.
    """

    up: float
    down: float
    blind: float
    excluded: float
    good: float
    bad: float
    outages: tuple[Span, ...]
    target: float | None

    @property
    def by_time(self) -> float | None:
        """The share of the seen time that was up; None where nothing was seen."""
        return self.up / (self.up + self.down) if self.up + self.down else None

    @property
    def by_runs(self) -> float | None:
        """The share of the runs that went well; None where none ended."""
        return self.good / (self.good + self.bad) if self.good + self.bad else None

    @property
    def share(self) -> float | None:
        """The lower of the two, which a promise is judged by; None where there is not either."""
        if self.by_time is None or self.by_runs is None:
            return None
        return min(self.by_time, self.by_runs)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The share had all the blind time been down, and had it been up.

        As many runs are taken to have ended in a second of it as in one that was seen.
        """
        seen, ended = self.up + self.down, self.good + self.bad
        if not seen or not ended:
            return None
        hidden, counted = ended * self.blind / seen, seen + self.blind
        return (
            min(self.up / counted, self.good / (ended + hidden)),
            min((self.up + self.blind) / counted, (self.good + hidden) / (ended + hidden)),
        )

    @property
    def verdict(self) -> Kept | None:
        """Whether the promise was kept, whatever the blind time hid; None without a promise."""
        if self.target is None:
            return None
        if self.bounds is None:
            return Kept.UNKNOWN
        worst, best = self.bounds
        if best < self.target:
            return Kept.MISSED
        return Kept.MET if worst >= self.target else Kept.UNKNOWN


def account(
    probers: Sequence[Sequence[Sample]],
    over: Span,
    *,
    excluded: Iterable[Span] = (),
    target: float | None = None,
    quorum: int | None = None,
) -> Account:
    """What the samples of each prober say of a range.

    With several probers a stretch is down when `quorum` of those that saw it say so: without one
    more than half, and never more than saw it. One that saw nothing has no say, nor has one to
    which nobody answered anything while runs of another went well, unless that is what most saw. A
    stretch of `excluded` counts for nothing, also where it was up.
    """
    seen = sighted([_inside(steps(each), over) for each in probers])
    out = _joined(excluded, over)
    edges = sorted(
        {over.begin, over.end}
        | {edge for one in seen for each in one for edge in (each.begin, each.end)}
        | {edge for each in out for edge in (each.begin, each.end)}
    )
    sums = {"up": 0.0, "down": 0.0, "blind": 0.0, "excluded": 0.0}
    outages: list[Span] = []
    walks = [_Walk(each, _votes(each, out)) for each in seen]
    for begin, end in pairwise(edges):
        state = (
            "excluded" if _within(out, begin) else _said([each.at(begin) for each in walks], quorum)
        )
        sums[state] += end - begin
        if state == "down":
            whole = outages and outages[-1].end == begin
            outages.append(Span(begin=outages.pop().begin if whole else begin, end=end))
    counted = [each for one in seen for each in one if not _within(out, each.begin)]
    return Account(
        **sums,
        good=sum(each.good for each in counted),
        bad=sum(each.bad for each in counted),
        outages=tuple(outages),
        target=target,
    )


def _inside(found: Iterable[Step], over: Span) -> list[Step]:
    """Steps that lie in the range as a whole: a part of one is no figure."""
    return [each for each in found if each.begin >= over.begin and each.end <= over.end]


def _joined(spans: Iterable[Span], over: Span) -> list[Span]:
    """Those of the range, cut to it, in order, with none that overlap."""
    found: list[Span] = []
    for each in sorted(spans, key=lambda one: one.begin):
        begin, end = max(each.begin, over.begin), min(each.end, over.end)
        if begin >= end:
            continue
        if found and begin <= found[-1].end:
            found[-1] = Span(begin=found[-1].begin, end=max(end, found[-1].end))
        else:
            found.append(Span(begin=begin, end=end))
    return found


def _within(spans: Iterable[Span], at: float) -> bool:
    return any(each.begin <= at < each.end for each in spans)


def _votes(found: Sequence[Step], out: Sequence[Span]) -> list[bool | None]:
    """Of each step whether users were served; None where it was not seen.

    What ended in `out`, where anything may fail, says nothing of the time before.
    """
    votes: list[bool | None] = []
    said: tuple[bool, float] | None = None  # by the next step in which runs ended, and its begin
    for step in reversed(found):
        ended = step.good + step.bad
        if step.end - step.begin > LONGEST or step.blind > 0:
            vote = said = None
        elif ended:
            vote = step.good >= ended * HALF
            said = None if _within(out, step.begin) else (vote, step.begin)
        else:
            vote = said[0] if said and said[1] - step.begin <= QUIET else None
        votes.append(vote)
    return votes[::-1]


class _Walk:
    """Goes through one prober's steps and their votes once, forwards."""

    def __init__(self, found: Sequence[Step], votes: Sequence[bool | None]) -> None:
        self._steps, self._votes, self._next = found, votes, 0

    def at(self, moment: float) -> bool | None:
        """The vote of the step that holds the moment; moments only grow."""
        while self._next < len(self._steps) and self._steps[self._next].end <= moment:
            self._next += 1
        if self._next == len(self._steps) or self._steps[self._next].begin > moment:
            return None
        return self._votes[self._next]


def _said(found: Iterable[bool | None], quorum: int | None) -> str:
    """Up, down or blind: what those say that saw something."""
    votes = [each for each in found if each is not None]
    if not votes:
        return "blind"
    needed = len(votes) // 2 + 1 if quorum is None else min(quorum, len(votes))
    return "down" if votes.count(False) >= needed else "up"
