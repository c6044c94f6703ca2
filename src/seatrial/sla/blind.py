"""Which prober was cut off: nobody answered it anything, while another was served. Pure.

Not where most were answered nothing: then one that stands beside the system outvotes nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from seatrial.sla.samples import Step


def sighted(probers: Sequence[Sequence[Step]]) -> list[list[Step]]:
    """The same steps, in which nothing that a prober counted while it was cut off counts."""
    return [
        _seen(one, [other for number, other in enumerate(probers) if number != own])
        for own, one in enumerate(probers)
    ]


def _seen(one: Iterable[Step], others: Sequence[Sequence[Step]]) -> list[Step]:
    where = [_Cursor(each) for each in others]
    return [_blind(step) if _cut_off(step, where) else step for step in one]


def _cut_off(step: Step, others: Sequence["_Cursor"]) -> bool:
    found = [each.during(step) for each in others]
    if step.answered != 0 or not any(each.served for each in found):
        return False
    told = [each for each in found if each.ended]
    silent = 1 + sum(not each.answered for each in told)
    return 2 * silent <= 1 + len(told)


def _blind(step: Step) -> Step:
    return replace(step, good=0.0, bad=0.0, blind=step.end - step.begin)


@dataclass(frozen=True, slots=True, kw_only=True)
class _During:
    """What another prober saw meanwhile: whether anything ended, was answered, went well."""

    ended: bool
    answered: bool
    served: bool


class _Cursor:
    """Goes through another prober's steps once, forwards."""

    def __init__(self, found: Sequence[Step]) -> None:
        self._steps, self._next = found, 0

    def during(self, step: Step) -> _During:
        """Of its steps that have a part in common with this; the steps asked for only grow."""
        while self._next < len(self._steps) and self._steps[self._next].end <= step.begin:
            self._next += 1
        met = []
        for each in self._steps[self._next :]:
            if each.begin >= step.end:
                break
            met.append(each)
        return _During(
            ended=any(each.good + each.bad > 0 for each in met),
            answered=any(each.answered != 0 for each in met),
            served=any(each.good > 0 for each in met),
        )
