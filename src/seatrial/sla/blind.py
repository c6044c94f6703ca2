"""Which prober was cut off: nobody answered it anything, while another was served. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from seatrial.sla.samples import Step


def sighted(probers: Sequence[Sequence[Step]]) -> list[list[Step]]:
    """The same steps, in which nothing that a prober counted while it was cut off counts."""
    served = [[each for each in one if each.good > 0] for one in probers]
    return [
        _seen(one, [other for number, other in enumerate(served) if number != own])
        for own, one in enumerate(probers)
    ]


def _seen(one: Iterable[Step], others: Sequence[Sequence[Step]]) -> list[Step]:
    where = [_Cursor(each) for each in others]
    found = []
    for step in one:
        cut = step.answered == 0 and any(each.meets(step) for each in where)
        found.append(_blind(step) if cut else step)
    return found


def _blind(step: Step) -> Step:
    return replace(step, good=0.0, bad=0.0, blind=step.end - step.begin)


class _Cursor:
    """Goes through another prober's served steps once, forwards."""

    def __init__(self, found: Sequence[Step]) -> None:
        self._steps, self._next = found, 0

    def meets(self, step: Step) -> bool:
        """Whether one of them has a part in common with this; the steps asked for only grow."""
        while self._next < len(self._steps) and self._steps[self._next].end <= step.begin:
            self._next += 1
        return self._next < len(self._steps) and self._steps[self._next].begin < step.end
