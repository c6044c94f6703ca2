"""Correlations over windows that slide, against the plainest reading of what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.daemons.detector.correlate import Event, evaluate
from seatrial.daemons.detector.plan import Correlation

SPAN = 10.0


def correlation(kind: str, parts: Sequence[str] = ("a",), **more: Any) -> Correlation:
    values: dict[str, Any] = {
        "name": "c",
        "type": kind,
        "parts": tuple(parts),
        "by": ("who",),
        "fields": dict.fromkeys(parts, ("client",)),
        "value": "",
        "span": SPAN,
        "count": len(parts),
        "alert": None,
    }
    return Correlation(**{**values, **more})


def event(at: float, client: str = "x", **fields: str) -> Event:
    return Event(at=at, fields={"client": client, **fields})


def held(of: Correlation, events: Mapping[str, Sequence[Event]]) -> list[tuple[float, str]]:
    return [(each.at, each.fields["who"]) for each in evaluate((of,), events)["c"]]


def test_a_count_is_of_one_group_within_one_window() -> None:
    counted = correlation("event_count", count=3)
    events = [event(0), event(5), event(7, "y"), event(10), event(10.5)]
    # the three of x that are within 10 s end at 10; at 10.5 the first is too old, the others three
    assert held(counted, {"a": events}) == [(10, "x"), (10.5, "x")]
    assert held(counted, {"a": [event(0), event(5), event(10.1)]}) == []


def test_events_across_the_border_of_any_fixed_window_are_counted() -> None:
    counted = correlation("event_count", count=4)
    assert held(counted, {"a": [event(58), event(59), event(61), event(62)]}) == [(62, "x")]


def test_values_are_counted_once() -> None:
    counted = correlation("value_count", count=2, value="path")
    same = [event(0, path="/a"), event(1, path="/a"), event(2)]
    assert held(counted, {"a": same}) == []
    assert held(counted, {"a": [*same, event(3, path="/b")]}) == [(3, "x")]


def test_an_event_without_the_common_field_is_in_no_group() -> None:
    counted = correlation("event_count", count=1)
    assert held(counted, {"a": [Event(at=1.0, fields={"client": ""}), Event(at=2.0)]}) == []


def test_order_matters_only_where_it_is_asked_for() -> None:
    right = {"a": [event(1)], "b": [event(2)]}
    wrong = {"a": [event(2)], "b": [event(1)]}
    ordered, together = (correlation(kind, ("a", "b")) for kind in ("temporal_ordered", "temporal"))
    assert held(ordered, right) == [(2, "x")]
    assert held(ordered, wrong) == []
    assert held(together, right) == held(together, wrong) == [(2, "x")]
    assert held(ordered, {"a": [event(1, "x")], "b": [event(2, "y")]}) == []


def test_a_correlation_of_a_correlation() -> None:
    many = correlation("event_count", ("bad",), name="many", count=3)
    then = correlation(
        "temporal_ordered",
        ("many", "good"),
        fields={"many": ("who",), "good": ("client",)},
    )
    bad = [event(1), event(2), event(3)]
    assert held_of((many, then), {"bad": bad, "good": [event(4)]}) == [4]
    assert held_of((many, then), {"bad": bad, "good": [event(2.5)]}) == []
    assert held_of((many, then), {"bad": bad[:2], "good": [event(4)]}) == []


def held_of(every: tuple[Correlation, ...], events: Mapping[str, Sequence[Event]]) -> list[float]:
    return [each.at for each in evaluate(every, events)["c"]]


INSTANTS = st.lists(st.integers(0, 40).map(float), max_size=6)


@given(a=INSTANTS, b=INSTANTS, c=INSTANTS)
def test_orders_are_those_that_trying_all_finds(
    a: list[float], b: list[float], c: list[float]
) -> None:
    events = {
        name: [event(at) for at in times] for name, times in zip("abc", (a, b, c), strict=True)
    }
    ordered = {z for x, y, z in product(a, b, c) if x <= y <= z and z - x <= SPAN}
    together = {max(one) for one in product(a, b, c) if max(one) - min(one) <= SPAN}
    parts = ("a", "b", "c")
    assert {at for at, _ in held(correlation("temporal_ordered", parts), events)} == ordered
    assert {at for at, _ in held(correlation("temporal", parts), events)} == together


@given(times=st.lists(st.integers(0, 60).map(float), max_size=15), count=st.integers(1, 5))
def test_counts_are_those_that_trying_all_finds(times: list[float], count: int) -> None:
    wanted = {end for end in times if sum(end - SPAN <= each <= end for each in times) >= count}
    found = held(correlation("event_count", count=count), {"a": [event(at) for at in times]})
    assert {at for at, _ in found} == wanted


@pytest.mark.parametrize("kind", ["event_count", "value_count", "temporal", "temporal_ordered"])
def test_nothing_holds_of_nothing(kind: str) -> None:
    assert held(correlation(kind), {}) == []
