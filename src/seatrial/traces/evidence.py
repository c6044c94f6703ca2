"""Whether a difference between two sets of runs is more than chance: two textbook tests.

Wilcoxon's rank-sum test (normal approximation, ties corrected) for durations; the hypergeometric
tail (Fisher's exact test, one-sided) for failures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import fmean

RANKED = 3.3  # standard deviations: one in two thousand by chance alone
WORSE = 1.2  # times as long, at least: less is nobody's complaint
LONGER = 5000  # microseconds, at least
RARELY = 0.9  # share of the runs before that are faster than what is called slow
RARE = 0.001  # chance that so many failures are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it holds, with the reason."""

    holds: bool
    reason: str


def slower(before: Sequence[int], after: Sequence[int]) -> Verdict:
    """Whether runs take longer than before (microseconds)."""
    was, now = fmean(before), fmean(after)
    told = f"{now / 1000:.1f} ms instead of {was / 1000:.1f} ms"
    if now < WORSE * was or now - was < LONGER:
        return Verdict(holds=False, reason=f"runs are not slower: {told}")
    if ranked(before, after) < RANKED and not _some_slower(before, after):
        return Verdict(holds=False, reason=f"chance may have made them slower: {told}")
    return Verdict(holds=True, reason=f"runs take {told}")


def _some_slower(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether more runs are as slow as hardly any was: one replica of several may be ill."""
    edge = sorted(before)[int(len(before) * RARELY)]
    was, now = (sum(each > edge for each in side) for side in (before, after))
    return failing_more(was, len(before), now, len(after))


def ranked(before: Sequence[int], after: Sequence[int]) -> float:
    """By how many standard deviations the ranks of `after` are above what chance gives."""
    every = sorted([(value, 0) for value in before] + [(value, 1) for value in after])
    total, ties, at = 0.0, 0.0, 0
    while at < len(every):
        end = at
        while end < len(every) and every[end][0] == every[at][0]:
            end += 1
        rank = (at + end + 1) / 2  # of all that are equal
        total += rank * sum(side for _, side in every[at:end])
        ties += (end - at) ** 3 - (end - at)
        at = end
    one, two = len(before), len(after)
    count = one + two
    spread = one * two / 12 * (count + 1 - ties / (count * (count - 1)))
    return (total - two * (count + 1) / 2) / sqrt(spread) if spread > 0 else 0.0


def failing_more(was: int, before: int, now: int, after: int) -> bool:
    """Whether `now` failures of `after` runs are more than `was` of `before` let expect."""
    failed, every = was + now, before + after
    tail = sum(
        comb(after, each) * comb(before, failed - each)
        for each in range(now, min(failed, after) + 1)
        if failed - each <= before
    )
    return tail / comb(every, failed) < RARE
