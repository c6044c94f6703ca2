"""The timeline: from the fault to the page to the recovery, drawn so that it can be read."""

from __future__ import annotations

import math
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.contract.timeline import Observation
from seatrial.evidence.report.drawing import CHARACTER, MOST_MARKS, WIDTH, Drawing, drawn
from seatrial.evidence.report.milestones import Mark, Story, story

KINDS = ("step", "alert", "page", "sample", "unreachable")
SUBJECTS = ("inject", "undo", "recovered", "steady", "ServiceDown", "up", "x" * 60)
OBSERVATIONS = st.builds(
    Observation,
    at=st.floats(-1e6, 1e10),
    source=st.sampled_from(("drill", "sink")),
    kind=st.sampled_from(KINDS),
    subject=st.sampled_from(SUBJECTS),
    text=st.sampled_from(("firing", "pending", "resolved", "")),
    value=st.sampled_from((None, 0.0, 1.0)),
    labels=st.sampled_from(({}, {"channel": "slack"}, {"channel": "email"})),
)


def test_an_outage_is_told_from_the_fault_to_the_page_to_the_recovery(
    samples: ModuleType,
) -> None:
    told = story(samples.outage("api"))
    assert [(each.kind, each.label, round(each.offset, 1)) for each in told.marks] == [
        ("fault", "Fault injected", 0.0),
        ("scrape", "First failed scrape", 3.4),
        ("pending", "ServiceDown pending", 8.1),
        ("firing", "ServiceDown firing", 18.2),
        ("page", "Page: slack, email, pagerduty", 22.8),
        ("undo", "Fault undone", 23.1),
        ("good", "Ready again", 24.4),
        ("resolved", "Resolved notice: slack, email, pagerduty", 52.8),
    ]
    assert [(round(start, 1), round(end, 1)) for start, end in told.faults] == [(0.0, 23.1)]
    assert told.faulted
    assert told.marks[0].detail == "Kill api"
    assert told.marks[4].detail == "ServiceDown to platform-page"


def test_a_planted_defect_is_told_before_the_fault(samples: ModuleType) -> None:
    planted = Observation(
        at=samples.NOW - 3670, source="drill", kind="step", subject="defect planted"
    )
    told = story((planted, *samples.outage("api")))
    assert told.marks[0].label == "Defect planted"
    assert round(told.marks[0].offset) == -10


def test_without_a_fault_time_counts_from_the_first_thing_seen() -> None:
    seen = (
        Observation(at=100.0, source="drill", kind="step", subject="steady"),
        Observation(at=104.0, source="p", kind="alert", subject="A", text="firing"),
    )
    told = story(seen)
    assert not told.faulted
    assert [(each.offset, each.label) for each in told.marks] == [(4.0, "A firing")]
    assert told.faults == ()


def test_an_undone_fault_that_comes_back_is_a_second_span() -> None:
    steps = ("inject", "undo", "inject", "undo", "recovered")
    seen = tuple(
        Observation(at=10.0 * number, source="drill", kind="step", subject=step)
        for number, step in enumerate(steps)
    )
    assert story(seen).faults == ((0.0, 10.0), (20.0, 30.0))


def test_a_fault_that_was_never_undone_lasts_to_the_end() -> None:
    seen = (
        Observation(at=0.0, source="drill", kind="step", subject="inject"),
        Observation(at=9.0, source="drill", kind="step", subject="not recovered"),
    )
    assert story(seen).faults == ((0.0, 9.0),)
    assert [each.label for each in story(seen).marks] == ["Fault injected", "Not recovered"]


def _box(drawing: Drawing, number: int) -> tuple[float, float]:
    label = drawing.labels[number]
    wide = CHARACTER * (len(label.text) + len(label.when) + 1)
    return (label.x, label.x + wide) if label.anchor == "start" else (label.x - wide, label.x)


def _check(drawing: Drawing) -> None:
    for number, label in enumerate(drawing.labels):
        start, end = _box(drawing, number)
        assert start >= -1, label
        assert end <= WIDTH + 1, label
        assert 0 < label.y < drawing.axis < drawing.height
        for other in range(number):
            if drawing.labels[other].y == label.y:
                low, high = _box(drawing, other)
                assert end <= low or high <= start, (label, drawing.labels[other])
    for tick in drawing.ticks:
        assert 0 <= tick.x <= WIDTH
    for x, wide in drawing.faults:
        assert 0 <= x <= x + wide <= WIDTH + 2
    assert len(drawing.ticks) <= 16


def test_no_two_labels_of_an_outage_touch(samples: ModuleType) -> None:
    drawing = drawn(story(samples.outage("api")))
    assert drawing is not None
    assert len(drawing.labels) == 8
    assert drawing.left_out == 0
    assert drawing.ticks[0].text == "0"
    _check(drawing)


@given(st.lists(OBSERVATIONS, max_size=40))
@settings(max_examples=150, deadline=None)
def test_anything_that_was_seen_can_be_drawn(seen: list[Observation]) -> None:
    drawing = drawn(story(seen))
    if drawing is not None:
        assert len(drawing.labels) <= MOST_MARKS
        _check(drawing)


def test_everything_at_one_instant_can_be_drawn() -> None:
    marks = tuple(Mark(offset=0.0, kind="firing", label=f"Alert{n} firing") for n in range(12))
    drawing = drawn(Story(marks=marks, faults=((0.0, 0.0),), end=0.0, faulted=True))
    assert drawing is not None
    assert len({each.y for each in drawing.labels}) == 12
    _check(drawing)


@pytest.mark.parametrize("count", [MOST_MARKS, MOST_MARKS + 1, 200])
def test_too_many_marks_are_left_out_and_counted(count: int) -> None:
    marks = tuple(
        Mark(offset=float(n), kind="firing", label=f"Alert{n} firing") for n in range(count)
    )
    drawing = drawn(Story(marks=marks, faults=(), end=float(count), faulted=False))
    assert drawing is not None
    assert len(drawing.labels) == MOST_MARKS
    assert drawing.left_out == count - MOST_MARKS
    assert drawing.labels[-1].text == f"Alert{count - 1} firing"


def test_nothing_seen_is_nothing_drawn() -> None:
    assert drawn(story(())) is None
    assert math.isclose(story(()).end, 0.0)
