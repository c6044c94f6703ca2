"""The timeline as SVG geometry: where marks, labels and ticks go. Pure; the template draws it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from seatrial.contract.words import duration
from seatrial.evidence.report.milestones import Mark, Story

WIDTH = 760.0
LEFT, RIGHT = 14.0, 14.0
LANE = 19.0  # height of one row of labels
CHARACTER = 6.1  # width of a character at the labels' size, a little generous
GAP = 12.0
AXIS_BELOW = 34.0
MOST_MARKS, LONGEST_LABEL = 16, 44
ROUNDS = 3  # of giving each label a better place


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A mark with its place: `x` on the axis, its text's baseline, its words and its time."""

    x: float
    y: float
    anchor: str
    mark: Mark
    text: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A tick of the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A whole timeline, in the units of its viewBox (`width` by `height`)."""

    width: float
    height: float
    axis: float
    labels: tuple[Label, ...]
    ticks: tuple[Tick, ...]
    faults: tuple[tuple[float, float], ...]  # x and width
    left_out: int


def drawn(story: Story) -> Drawing | None:
    """Lay a story out; None when there is nothing to draw. No two labels overlap."""
    if not story.marks:
        return None
    marks = _fewer(story.marks)
    first = min(0.0, marks[0].offset)
    span = max(marks[-1].offset, *(end for _, end in story.faults), 1.0) - first
    scale = (WIDTH - LEFT - RIGHT) / span

    def at(offset: float) -> float:
        return round(LEFT + (offset - first) * scale, 1)

    placed = _placed(marks, [at(each.offset) for each in marks])
    lanes = 1 + max(each.lane for each in placed)
    axis = lanes * LANE + 8.0
    labels = tuple(
        Label(
            x=at(mark.offset),
            y=round(axis - 12.0 - place.lane * LANE, 1),
            anchor=place.anchor,
            mark=mark,
            text=_short(mark.label),
            when=_when(mark.offset),
        )
        for mark, place in zip(marks, placed, strict=True)
    )
    return Drawing(
        width=WIDTH,
        height=axis + AXIS_BELOW,
        axis=axis,
        labels=labels,
        ticks=_ticks(first, first + span, at),
        faults=tuple((at(start), max(2.0, at(end) - at(start))) for start, end in story.faults),
        left_out=len(story.marks) - len(marks),
    )


def _fewer(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """At most MOST_MARKS: repeated faults give way first, then whatever comes last."""
    if len(marks) <= MOST_MARKS:
        return marks
    kept: list[Mark] = []
    known: set[str] = set()
    for mark in marks:
        if mark.label not in known:
            known.add(mark.label)
            kept.append(mark)
    return (*kept[: MOST_MARKS - 1], kept[-1]) if len(kept) > MOST_MARKS else tuple(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    x: float
    lane: int
    start: float
    end: float
    anchor: str

    def meets(self, other: "_Place") -> bool:
        """Whether the two texts would touch."""
        return (
            self.lane == other.lane
            and self.start < other.end + GAP
            and other.start < self.end + GAP
        )

    def crosses(self, other: "_Place") -> bool:
        """Whether this one's leader line runs through the other's text."""
        return self.lane > other.lane and other.start - 2 <= self.x <= other.end + 2


def _placed(marks: tuple[Mark, ...], xs: list[float]) -> list[_Place]:
    """A place for each label: texts never touch, and leader lines cross as few as can be."""
    choices = [_choices(mark, x, len(marks)) for mark, x in zip(marks, xs, strict=True)]
    found: list[_Place] = []
    for each in reversed(choices):
        found.insert(0, _best(each, found))
    for _ in range(ROUNDS):  # those that were placed first did not know of the others
        for number, each in enumerate(choices):
            found[number] = _best(each, [*found[:number], *found[number + 1 :]])
    return _packed(found)


def _choices(mark: Mark, x: float, lanes: int) -> list[_Place]:
    wide = CHARACTER * (len(_short(mark.label)) + len(_when(mark.offset)) + 2)
    return [
        _Place(x=x, lane=lane, start=start, end=end, anchor=anchor)
        for lane in range(lanes + 1)
        for anchor, start, end in (("start", x, x + wide), ("end", x - wide, x))
        if start >= 0 and end <= WIDTH
    ]


def _best(choices: list[_Place], others: list[_Place]) -> _Place:
    free = [each for each in choices if not any(each.meets(other) for other in others)]
    return min(free, key=lambda each: (_crossings(each, others), each.lane))


def _packed(places: list[_Place]) -> list[_Place]:
    """Without the lanes that nobody is in."""
    used = sorted({each.lane for each in places})
    return [replace(each, lane=used.index(each.lane)) for each in places]


def _crossings(place: _Place, others: list[_Place]) -> int:
    return sum(place.crosses(each) + each.crosses(place) for each in others)


def _ticks(first: float, last: float, at: Callable[[float], float]) -> tuple[Tick, ...]:
    rough = (last - first) / 7
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((each * power for each in (1.0, 2.0, 5.0) if each * power >= rough), 10.0 * power)
    number = math.ceil(first / step)
    found = []
    while number * step <= last + 1e-9:
        offset = number * step
        found.append(Tick(x=at(offset), text="0" if number == 0 else _when(offset)))
        number += 1
    return tuple(found)


def _when(offset: float) -> str:
    if abs(offset) < 0.05:  # noqa: PLR2004 - would read as 0.0
        return "0 s"
    sign = "+" if offset > 0 else "\u2212"
    return f"{sign}{duration(abs(offset))}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}\u2026"
