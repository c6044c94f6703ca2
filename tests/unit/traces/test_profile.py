"""A profile: costs add up to the run, failures begin where nothing below failed."""

from __future__ import annotations

from hypothesis import given
from made import MS, span, traces

from seatrial.traces.path import WAITS
from seatrial.traces.profile import Work, profile, read, written
from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import tree


def _peer(each: Span) -> str:
    return each.attributes.get("peer.service", "")


@given(traces())
def test_costs_add_up_and_come_back_from_a_timeline(spans: tuple[Span, ...]) -> None:
    found = profile(tree(spans), _peer)
    assert sum(found.costs.values()) == found.total
    assert set(found.calls) == set(found.costs) >= {work for work, _ in found.shares}
    assert read(written(found)) == found


def test_a_failure_begins_where_nothing_below_it_failed() -> None:
    asks = {"kind": Kind.CLIENT, "attributes": {"peer.service": "database"}}
    found = profile(
        tree(
            [
                span("prober", 0, 100, error=True),
                span("api:GET", 1, 90, "prober", error=True, replica="api-1"),
                span("api:SELECT", 2, 80, "api:GET", error=True, **asks),
                span("api:INSERT", 80, 85, "api:GET", **asks),
            ]
        ),
        _peer,
    )
    assert found.origins == {Work(service="api", operation="SELECT", peer="database")}
    assert found.costs[Work(service="api", operation="GET")] == 6 * MS
    own = Work(service="api", operation="GET")
    assert found.shares[own, ("api", "api-1")] == (6 * MS, 1)


def test_a_call_that_waits_for_a_replica_is_that_replicas_time_too() -> None:
    found = profile(
        tree(
            [
                span("prober:GET", 0, 100, kind=Kind.CLIENT),
                span("api:GET", 60, 90, "prober:GET", kind=Kind.SERVER, replica="api-1"),
            ]
        ),
        _peer,
    )
    asked = Work(service="prober", operation="GET")
    assert found.shares[asked, ("api", "api-1")] == (70 * MS, 1)


def test_what_waited_for_a_message_did_not_begin_to_fail() -> None:
    waits = {"kind": Kind.CLIENT, "attributes": {WAITS: "true"}}
    spans = [
        span("prober", 0, 100, error=True),
        span("prober:GET", 20, 100, "prober", error=True, **waits),
        span("worker:run", 10, 90, "prober", error=True, kind=Kind.CONSUMER),
    ]
    assert profile(tree(spans), _peer).origins == {Work(service="worker", operation="run")}
    well = [*spans[:2], span("worker:run", 10, 90, "prober", kind=Kind.CONSUMER)]
    assert profile(tree(well), _peer).origins == {Work(service="prober", operation="GET")}


def test_a_message_lay_with_whom_its_sender_left_it() -> None:
    waits = {"kind": Kind.CLIENT, "attributes": {WAITS: "true"}}
    found = profile(
        tree(
            [
                span("prober", 0, 100),
                span("api:send", 5, 9, "prober", kind=Kind.PRODUCER),
                span(
                    "api:XADD", 6, 8, "api:send",
                    kind=Kind.CLIENT, attributes={"peer.service": "cache"},
                ),
                span("prober:GET", 10, 100, "prober", **waits),
                span("worker:run", 60, 90, "api:send", kind=Kind.CONSUMER),
            ]
        ),
        _peer,
    )  # fmt: skip
    queued = Work(service="worker", operation="run", peer="cache", queued=True)
    assert found.costs[queued] == 50 * MS
