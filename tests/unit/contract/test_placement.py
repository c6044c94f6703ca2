from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from seatrial.contract.placement import Edge, Endpoint, Location, Placement


def _location(workload: str, replica: int = 0) -> Location:
    return Location(
        workload=workload,
        replica=replica,
        region="eu",
        address=f"127.20.0.{len(workload)}{replica}",
        ports={"http": 8000, "metrics": 9000},
    )


def _edge(source: str, replica: int, port: str = "http", caller: int | None = None) -> Edge:
    return Edge(
        source=source,
        caller=caller,
        target="api",
        replica=replica,
        port=port,
        listen=Endpoint(host=f"127.20.9.{replica}", port=8000),
        upstream=_location("api", replica).endpoint(port),
    )


LOCATIONS = (_location("gateway"), _location("api"), _location("api", 1))
DIRECT = Placement(runtime="local", locations=LOCATIONS)
PROXIED = Placement(
    runtime="local", locations=LOCATIONS, edges=(_edge("gateway", 0), _edge("gateway", 1))
)


def test_an_endpoint_reads_as_host_and_port() -> None:
    assert str(Endpoint(host="127.0.0.1", port=80)) == "127.0.0.1:80"


def test_replicas_keep_their_order() -> None:
    assert [each.replica for each in DIRECT.of("api")] == [0, 1]
    assert DIRECT.endpoint("api", "metrics", 1) == Endpoint(host="127.20.0.31", port=9000)


def test_what_has_no_place_is_an_error_and_not_a_guess() -> None:
    assert DIRECT.has("api")
    assert not DIRECT.has("worker")
    with pytest.raises(KeyError):
        DIRECT.of("worker")
    with pytest.raises(KeyError):
        DIRECT.endpoint("api", "admin")
    with pytest.raises(IndexError):
        DIRECT.endpoint("api", "http", 2)


def test_without_edges_callers_reach_the_target_itself() -> None:
    assert DIRECT.via("gateway", "api", "http") == (
        Endpoint(host="127.20.0.30", port=8000),
        Endpoint(host="127.20.0.31", port=8000),
    )


def test_with_edges_its_caller_goes_through_them_and_nobody_else_does() -> None:
    assert PROXIED.via("gateway", "api", "http") == (
        Endpoint(host="127.20.9.0", port=8000),
        Endpoint(host="127.20.9.1", port=8000),
    )
    assert PROXIED.via("worker", "api", "http") == DIRECT.via("worker", "api", "http")
    assert PROXIED.via("gateway", "api", "metrics") == DIRECT.via("gateway", "api", "metrics")
    # who asks for the endpoint itself, as a scrape does, is never cut off with the edge
    assert PROXIED.endpoint("api", "http") == DIRECT.endpoint("api", "http")


def test_edges_have_names_of_their_own() -> None:
    edges = (*PROXIED.edges, _edge("gateway", 0, "metrics"), _edge("worker", 0))
    assert [each.name for each in edges] == [
        "gateway.api.0.http",
        "gateway.api.1.http",
        "gateway.api.0.metrics",
        "worker.api.0.http",
    ]


def test_an_edge_of_one_replica_alone_is_known_to_that_one() -> None:
    edges = tuple(_edge("gateway", number, caller=one) for one in (0, 1) for number in (0, 1))
    found = Placement(runtime="local", locations=LOCATIONS, edges=edges)
    assert [each.name for each in edges[:2]] == ["gateway.0.api.0.http", "gateway.0.api.1.http"]
    assert found.ways(found.of("gateway")[0]) == {
        "api.0.http": edges[0].listen,
        "api.1.http": edges[1].listen,
    }
    assert found.ways(found.of("api")[0]) == {}
    # nobody else is led by them, and a file of all replicas names none of their addresses
    assert found.via("gateway", "api", "http") == DIRECT.via("gateway", "api", "http")
    assert found.told("gateway", "api", "http") == "${self.ways.api.0.http}"


def test_a_file_says_where_a_replica_is_reached_that_all_reach_alike() -> None:
    assert DIRECT.told("gateway", "api", "http") == "127.20.0.30:8000"
    assert PROXIED.told("gateway", "api", "http") == "127.20.9.0:8000"


def test_a_placement_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DIRECT.runtime = "compose"  # type: ignore[misc]
