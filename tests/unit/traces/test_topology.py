"""Who calls whom: by either end, through a proxy without spans, and without messages."""

from __future__ import annotations

from collections.abc import Mapping

from made import span

from seatrial.contract.placement import Edge as Carried
from seatrial.contract.placement import Endpoint, Location, Placement
from seatrial.traces.peers import peers
from seatrial.traces.span import Kind, Span
from seatrial.traces.topology import Edge, compared, edges, named, working
from seatrial.traces.tree import tree


def _peer(each: Span) -> str:
    return each.attributes.get("peer.service", "")


def _asks(peer: str) -> Mapping[str, object]:
    return {"kind": Kind.CLIENT, "attributes": {"peer.service": peer}}


RUN = tree(
    [
        span("prober", 0, 100),
        span("prober:get", 1, 90, "prober", **_asks("gateway")),
        span("api", 5, 80, "prober:get", kind=Kind.SERVER),
        span("api:select", 10, 20, "api", **_asks("database")),
        span("worker", 200, 300, "api", kind=Kind.CONSUMER),
        span("lost", 1, 2, "nowhere"),
    ]
)


def test_calls_are_seen_by_either_end_and_through_a_proxy() -> None:
    assert edges(RUN, _peer) == {
        Edge(caller="prober", callee="gateway"),
        Edge(caller="gateway", callee="api"),
        Edge(caller="api", callee="database"),
        Edge(caller="api", callee="worker", message=True),
    }


def test_what_hangs_in_the_air_is_not_of_the_run() -> None:
    assert working(RUN) == {"prober", "api", "worker"}
    assert named(RUN, _peer) == {"gateway", "database"}


def test_the_file_is_compared_without_messages_and_strangers() -> None:
    declared = [Edge(caller="gateway", callee="api"), Edge(caller="api", callee="cache")]
    found = compared(edges(RUN, _peer), declared, ["gateway", "api", "worker", "database", "cache"])
    assert found.undeclared == (Edge(caller="api", callee="database"),)
    assert found.unseen == (Edge(caller="api", callee="cache"),)


def test_a_peer_is_known_by_the_names_of_its_network_unless_two_are_called_alike() -> None:
    def there(workload: str, port: int, *names: str) -> Location:
        return Location(
            workload=workload,
            replica=0,
            region="eu",
            address=f"shop-{workload}-1",
            ports={"own": port},
            names=names,
        )

    place = Placement(
        runtime="compose",
        locations=(
            there("queue", 5672, "queue", "rabbit"),
            there("orders", 80, "orders", "web"),
            there("storefront", 80, "storefront", "web"),
        ),
    )
    peer = peers(place, frozenset())

    def of(host: str, port: str = "") -> str:
        told = {"server.address": host, "server.port": port}
        return peer(span("api:call", 0, 1, kind=Kind.CLIENT, attributes=told))

    assert of("queue", "5672") == of("rabbit", "5672") == of("rabbit") == "queue"
    assert of("queue", "15672") == of("web", "80") == of("web") == ""
    assert of("orders", "80") == "orders"


def test_a_peer_is_known_by_its_own_address_and_by_that_of_its_edge() -> None:
    place = Placement(
        runtime="local",
        locations=(
            Location(
                workload="database", replica=0, region="eu", address="127.0.0.2", ports={"db": 5432}
            ),
            Location(workload="a", replica=0, region="eu", address="127.0.0.9", ports={"one": 1}),
            Location(workload="b", replica=0, region="eu", address="127.0.0.9", ports={"one": 2}),
        ),
        edges=(
            Carried(
                source="api",
                target="database",
                replica=0,
                port="db",
                listen=Endpoint(host="127.0.0.9", port=7001),
                upstream=Endpoint(host="127.0.0.2", port=5432),
            ),
        ),
    )
    peer = peers(place, frozenset({"database", "mail"}))

    def of(**attributes: str) -> str:
        written = {key.replace("__", "."): each for key, each in attributes.items()}
        return peer(span("api:call", 0, 1, kind=Kind.CLIENT, attributes=written))

    assert of(server__address="127.0.0.9", server__port="7001") == "database"
    assert of(net__peer__name="127.0.0.2", net__peer__port="5432") == "database"
    assert of(server__address="127.0.0.2") == "database"
    assert of(server__address="127.0.0.2", server__port="99") == ""
    assert of(server__address="127.0.0.9") == ""  # several live there
    assert of(peer__service="mail") == "mail"
    assert of(peer__service="nobody") == ""
