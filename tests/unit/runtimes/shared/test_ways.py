from __future__ import annotations

from seatrial.contract.placement import Endpoint, Link, Location
from seatrial.runtimes.shared.ways import ways

_LINK = Link(source="web", target="api", port="http")
_APART = Link(source="web", target="api", port="http", apart=True)


def _locations(**replicas: int) -> tuple[Location, ...]:
    return tuple(
        Location(
            workload=name, replica=each, region="", address=f"10.0.0.{each}", ports={"http": 8000}
        )
        for name, count in replicas.items()
        for each in range(count)
    )


def test_a_link_leads_to_each_replica_of_its_target() -> None:
    found = ways((_LINK,), _locations(web=2, api=2, other=1))
    assert [each.key for each in found] == ["web>api/0:http", "web>api/1:http"]


def test_one_that_is_apart_leads_there_from_each_of_its_source() -> None:
    found = ways((_APART,), _locations(web=2, api=2))
    assert [(each.caller, each.target.replica) for each in found] == [
        (0, 0), (0, 1), (1, 0), (1, 1)
    ]  # fmt: skip
    assert len({each.key for each in found}) == len(found)


def test_its_edge_leads_from_its_place_to_the_target() -> None:
    way = ways((_APART,), _locations(web=2, api=1))[1]
    edge = way.through(Endpoint(host="10.0.0.9", port=20001))
    assert (edge.source, edge.caller, edge.target, edge.replica) == ("web", 1, "api", 0)
    assert (str(edge.listen), str(edge.upstream)) == ("10.0.0.9:20001", "10.0.0.0:8000")
