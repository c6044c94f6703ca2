"""What the fault proxy's answers mean."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from seatrial.contract.action import BreakEdge, CutEdge
from seatrial.contract.placement import Edge, Endpoint, Placement
from seatrial.contract.runtime import Answer, Headers, RuntimeFailure
from seatrial.runtimes.shared import edges

PLACED = Placement(
    runtime="compose",
    locations=(),
    edges=(
        Edge(
            source="web",
            target="api",
            replica=0,
            port="http",
            listen=Endpoint(host="10.64.0.2", port=20000),
            upstream=Endpoint(host="10.64.0.3", port=8000),
        ),
    ),
)


def test_a_fault_on_a_proxy_that_is_not_there_is_refused_but_its_undo_is_not() -> None:
    sent: list[str] = []

    def send(
        method: str, _workload: str, _port: str, path: str, _body: str, *, headers: Headers = ()
    ) -> Answer:
        assert headers == ()
        sent.append(f"{method} {path}")
        return Answer(status=404, body=b"proxy not found")

    action = CutEdge(source="web", target="api")
    with pytest.raises(RuntimeFailure, match="proxy not found"):
        edges.act(action, PLACED, send)
    edges.undo(edges.plan(action, PLACED), send)
    assert [each.split()[0] for each in sent] == ["POST", "DELETE", "DELETE"]


def test_of_a_link_that_is_apart_one_replica_can_lose_its_way_alone() -> None:
    two = replace(PLACED, edges=tuple(replace(PLACED.edges[0], caller=each) for each in (0, 1)))
    cut = CutEdge(source="web", target="api", replica=1)
    toxics = ["seatrial-up", "seatrial-down"]
    assert edges.plan(cut, two)["toxics"] == [f"web.1.api.0.http/toxics/{each}" for each in toxics]
    assert len(edges.plan(replace(cut, replica=None), two)["toxics"]) == 4
    for placement, replica in ((two, 2), (PLACED, 0)):
        with pytest.raises(RuntimeFailure, match="no edge from web to api"):
            edges.plan(replace(cut, replica=replica), placement)


def test_a_link_breaks_both_ways_after_so_many_bytes() -> None:
    sent: list[tuple[str, str]] = []

    def send(
        method: str, _workload: str, _port: str, path: str, body: str, *, headers: Headers = ()
    ) -> Answer:
        assert headers == ()
        sent.append((f"{method} {path}", body))
        return Answer(status=200, body=b"{}")

    action = BreakEdge(source="web", target="api", after=2048)
    edges.act(action, PLACED, send)
    assert {each for each, _ in sent} == {"POST /proxies/web.api.0.http/toxics"}
    toxics = [json.loads(body) for _, body in sent]
    assert [each["stream"] for each in toxics] == ["upstream", "downstream"]
    assert all(
        (each["type"], each["attributes"]) == ("limit_data", {"bytes": 2048}) for each in toxics
    )
