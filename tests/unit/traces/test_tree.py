"""Trees: whatever spans there are; skew is told, not repaired."""

from __future__ import annotations

import pytest
from hypothesis import given
from made import MS, span, traces

from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import tree


@given(traces())
def test_every_span_is_below_exactly_one_root(spans: tuple[Span, ...]) -> None:
    found = tree(spans)
    below = [name for root in found.roots for name in (root.id, *found.descendants(root))]
    assert sorted(below) == sorted(each.id for each in spans)


@given(traces())
def test_self_times_are_never_negative_and_never_longer_than_the_span(
    spans: tuple[Span, ...],
) -> None:
    found = tree(spans)
    assert all(0 <= found.self_time(each) <= each.duration for each in found.spans)


def test_a_span_that_is_sent_twice_is_one() -> None:
    assert len(tree([span("api", 0, 10), span("api", 0, 10)]).spans) == 1


def test_self_time_counts_an_overlap_of_children_once() -> None:
    found = tree([span("api", 0, 100), span("a", 10, 60, "api"), span("b", 40, 80, "api")])
    assert found.self_time(found.root) == 30 * MS


def test_a_parent_that_is_not_there_makes_an_orphan_and_not_the_root() -> None:
    found = tree([span("api", 5, 500, "lost"), span("prober", 0, 10)])
    assert [each.id for each in found.orphans] == ["api"]
    assert found.root.id == "prober"


def test_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="without a span"):
        tree([])


def test_a_child_before_its_caller_is_told_and_stays_as_it_was() -> None:
    found = tree(
        [
            span("gateway", 100, 200, kind=Kind.CLIENT),
            span("api", 60, 120, "gateway", kind=Kind.SERVER),
        ]
    )
    assert [(each.span.id, each.least) for each in found.skews()] == [("api", 40 * MS)]
    assert found.by_id["api"].start == 60 * MS


def test_a_server_after_its_call_is_told_too() -> None:
    found = tree(
        [
            span("gateway", 100, 200, kind=Kind.CLIENT),
            span("api", 250, 260, "gateway", kind=Kind.SERVER),
        ]
    )
    assert [each.least for each in found.skews()] == [60 * MS]


def test_work_that_goes_on_after_its_caller_gave_up_is_no_skew() -> None:
    found = tree(
        [
            span("gateway", 100, 200, kind=Kind.CLIENT),
            span("api", 101, 900, "gateway", kind=Kind.SERVER),
        ]
    )
    assert found.skews() == ()


def test_one_service_has_one_clock() -> None:
    assert tree([span("api", 100, 200), span("api:b", 50, 60, "api")]).skews() == ()
