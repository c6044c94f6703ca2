"""A profile: costs add up to the run, failures begin where nothing below failed."""

from __future__ import annotations

from hypothesis import given
from made import MS, span, traces

from seatrial.traces.profile import Work, profile, read, written
from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import tree


def _peer(each: Span) -> str:
    return each.attributes.get("peer.service", "")


@given(traces())
def test_costs_add_up_and_come_back_from_a_timeline(spans: tuple[Span, ...]) -> None:
    found = profile(tree(spans), _peer)
    assert sum(found.costs.values()) == found.total
    assert set(found.calls) == set(found.costs) == set(found.replicas)
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
    assert found.replicas[Work(service="api", operation="GET")] == "api-1"
