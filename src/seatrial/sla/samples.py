"""The raw samples that an account rests on: how many runs had ended how, at which instants."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import inf

OK = "ok"
APART = 5.0  # seconds between samples of two that looked, more than their clocks may differ
ANSWERED = "answered"  # stands in for an outcome: whatever somebody answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Counters of one prober at one instant (seconds since the epoch).

    `runs` maps outcomes to how many runs had ended so, `blind` is for how many seconds the prober
    had stood still and seen nothing, `answered` how many runs and checks of anything somebody had
    answered; None where that was not asked. All of them only grow, until the prober starts anew.
    """

    at: float
    runs: Mapping[str, float]
    blind: float = 0.0
    answered: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened between two samples that follow each other."""

    begin: float
    end: float
    good: float
    bad: float
    blind: float
    answered: float | None = None


def merged(series: Iterable[tuple[str, Mapping[float, float]]]) -> tuple[Sample, ...]:
    """Samples of series that are read together: (what is counted, value by instant).

    What is counted is an outcome, "" for blind seconds, or ANSWERED.
    An instant counts when every series has it: a scrape is whole, or it is none.
    """
    known = [(name, values) for name, values in series if values]
    if not known:
        return ()
    common = set(known[0][1]).intersection(*(values for _, values in known[1:]))
    return tuple(
        Sample(
            at=at,
            runs={name: values[at] for name, values in known if name not in {"", ANSWERED}},
            blind=next((values[at] for name, values in known if not name), 0.0),
            answered=next((values[at] for name, values in known if name == ANSWERED), None),
        )
        for at in sorted(common)
    )


def filled(first: Sequence[Sample], other: Sequence[Sample], *, hole: float) -> tuple[Sample, ...]:
    """The samples of `first`, and where it has none for longer than `hole` seconds, the other's.

    Both looked at the same counters, each by its own clock: only those count that are so far from
    the first's that no difference of clocks can put them into a wrong order, in which a counter
    would seem to begin anew.
    """
    found, instants = list(first), [each.at for each in other]
    for begin, end in pairwise((-inf, *(each.at for each in first), inf)):
        if end - begin > hole:
            since, until = bisect_right(instants, begin + APART), bisect_left(instants, end - APART)
            found += other[since:until]
    return tuple(sorted(found, key=lambda each: each.at))


def steps(samples: Iterable[Sample]) -> tuple[Step, ...]:
    """What each sample tells beyond the one before it.

    A counter that shrank began anew at zero: what it has now is new
    (https://prometheus.io/docs/prometheus/latest/querying/functions/#increase).
    """
    found: list[Step] = []
    last: Sample | None = None
    for each in samples:
        if last is not None:
            grown = {name: _grown(last.runs.get(name, 0.0), now) for name, now in each.runs.items()}
            found.append(
                Step(
                    begin=last.at,
                    end=each.at,
                    good=grown.get(OK, 0.0),
                    bad=sum(value for name, value in grown.items() if name != OK),
                    blind=min(each.at - last.at, _grown(last.blind, each.blind)),
                    answered=None
                    if each.answered is None
                    else _grown(last.answered or 0.0, each.answered),
                )
            )
        last = each
    return tuple(found)


def _grown(before: float, now: float) -> float:
    return now - before if now >= before else now


def digest(samples: Mapping[str, Iterable[tuple[Sample, ...]]]) -> str:
    """SHA-256 of every sample of every journey, in hexadecimal: the same samples, the same text."""
    told = {
        journey: [
            [
                [each.at, dict(sorted(each.runs.items())), each.blind]
                + ([] if each.answered is None else [each.answered])
                for each in one
            ]
            for one in probers
        ]
        for journey, probers in samples.items()
    }
    return sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
