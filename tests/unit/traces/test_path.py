"""The critical path: exact, also with parallel and asynchronous children and skewed clocks."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from made import MS, span, traces

from seatrial.traces.path import WAITS, critical_path
from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import tree


def _path(*spans: Span) -> list[tuple[str, float]]:
    """What the path says, in milliseconds; a queue is written with a ?."""
    parts = critical_path(tree(spans))
    return [(each.span.id + "?" * each.queued, each.duration / MS) for each in parts]


@given(traces())
def test_the_parts_add_up_to_the_root_and_meet_without_a_gap(spans: tuple[Span, ...]) -> None:
    found = tree(spans)
    for root in found.roots:
        parts = critical_path(found, root)
        assert sum(each.duration for each in parts) == root.duration
        assert all(before.end == after.start for before, after in pairwise(parts))
        assert all(each.duration > 0 for each in parts)


@given(traces())
def test_nothing_is_on_the_path_while_it_did_not_run(spans: tuple[Span, ...]) -> None:
    for part in critical_path(tree(spans)):
        assert part.queued or part.span.start <= part.start < part.end <= part.span.end


def test_one_after_the_other() -> None:
    assert _path(
        span("gateway", 0, 100), span("api", 10, 60, "gateway"), span("cache", 70, 90, "gateway")
    ) == [("gateway", 10), ("api", 50), ("gateway", 10), ("cache", 20), ("gateway", 10)]


def test_of_parallel_children_only_the_last_to_end_counts() -> None:
    assert _path(span("api", 0, 100), span("fast", 10, 40, "api"), span("slow", 10, 90, "api")) == [
        ("api", 10),
        ("slow", 80),
        ("api", 10),
    ]


def test_what_began_after_another_ended_had_waited_for_it() -> None:
    assert _path(
        span("api", 0, 100),
        span("first", 0, 50, "api"),
        span("beside", 20, 80, "api"),
        span("second", 50, 100, "api"),
    ) == [("first", 50), ("second", 50)]


def test_a_child_that_outlives_its_parent_counts_where_somebody_still_waited() -> None:
    assert _path(
        span("api", 0, 100), span("helper", 0, 10, "api"), span("task", 5, 90, "helper")
    ) == [("api", 5), ("task", 85), ("api", 10)]


def test_what_outlives_the_root_is_on_nobodys_path() -> None:
    assert _path(span("api", 0, 10), span("task", 5, 90, "api")) == [("api", 10)]


def test_what_only_follows_is_not_waited_for() -> None:
    assert _path(span("api", 0, 100), span("mail", 20, 90, "api", follows=True)) == [("api", 100)]


def test_a_server_that_ends_after_its_client_is_cut_off_there() -> None:
    assert _path(
        span("api:call", 0, 50, kind=Kind.CLIENT),
        span("store", 5, 51, "api:call", kind=Kind.SERVER),
        span("store:disk", 10, 50.5, "store"),
    ) == [("api:call", 5), ("store", 5), ("store:disk", 40)]


def test_who_waits_for_a_message_waits_for_its_queue_and_its_work_not_for_its_own_polls() -> None:
    assert _path(
        span("prober", 0, 300),
        span("prober:post", 0, 10, "prober", kind=Kind.CLIENT),
        span("api:post", 2, 9, "prober:post", kind=Kind.SERVER),
        span("worker", 60, 280, "api:post", kind=Kind.CONSUMER),
        span("worker:sql", 70, 270, "worker", kind=Kind.CLIENT),
        span("prober:get", 10, 300, "prober", kind=Kind.CLIENT, attributes={WAITS: "true"}),
        span("api:poll", 150, 155, "prober:get", kind=Kind.SERVER),
        span("api:last", 290, 299, "prober:get", kind=Kind.SERVER),
    ) == [
        ("prober:post", 2),
        ("api:post", 7),
        ("prober:post", 1),
        ("worker?", 50),
        ("worker", 10),
        ("worker:sql", 200),
        ("worker", 10),
        ("prober:get", 10),
        ("api:last", 9),
        ("prober:get", 1),
    ]


def test_two_that_wait_for_each_other_come_to_an_end() -> None:
    both = {"attributes": {WAITS: "true"}, "kind": Kind.CONSUMER}
    parts = _path(
        span("root", 0, 100, attributes={WAITS: "true"}),
        span("one", 0, 100, "root", **both),
        span("two", 0, 100, "root", **both),
    )
    assert sum(length for _, length in parts) == 100


def test_a_chain_of_ten_thousand_is_walked_without_recursion() -> None:
    many = [span(f"s{n}", n / 1000, 20 - n / 1000, f"s{n - 1}" if n else "") for n in range(10_000)]
    assert round(sum(length for _, length in _path(*many)), 6) == 20


def test_of_work_that_goes_on_when_nobody_waits_any_more_what_was_over_counts() -> None:
    """The message is acknowledged late; what the run waited for is the work before that."""
    waits = {"kind": Kind.CLIENT, "attributes": {WAITS: "true"}}
    assert _path(
        span("prober", 0, 100),
        span("prober:GET", 10, 100, "prober", **waits),
        span("worker:run", 20, 300, "prober", kind=Kind.CONSUMER),
        span("worker:finish", 30, 70, "worker:run", kind=Kind.CLIENT),
        span("worker:done", 80, 290, "worker:run", kind=Kind.CLIENT),
    ) == [
        ("prober", 10),
        ("worker:run?", 10),
        ("worker:run", 10),
        ("worker:finish", 40),
        ("prober:GET", 30),
    ]
