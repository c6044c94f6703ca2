"""Boards as Grafana reads them; the reference system's are golden files of their own."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest

from seatrial.contract.board import (
    Board,
    Kind,
    Onward,
    Panel,
    Query,
    Row,
    Scope,
    Target,
    Unit,
    Viewer,
    below,
)
from seatrial.contract.placement import Location, Placement
from seatrial.engines.grafana import links, model, provisioning
from seatrial.engines.prometheus import workload as prometheus

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.models.dashboard import Dashboard

RUNBOOK = Onward(target=Target.RUNBOOK, subject="api", title="Runbook of api")
LOGS = Onward(target=Target.LOGS, subject="api", title="Logs of api")
OTHER = Onward(target=Target.BOARD, subject="shop-hosts", title="Hosts")


def panel(title: str, kind: Kind, width: int = 8) -> Panel:
    return Panel(
        title=title,
        unit=Unit.SHARE,
        queries=(Query(expr="rate(a[$window])", legend="{{x}}"), Query(expr="b", legend="b")),
        description="Do this.",
        subject="api",
        kind=kind,
        thresholds=below(0.9, 0.5),
        links=(RUNBOOK, LOGS),
        width=width,
    )


BOARD = Board(
    uid="shop-service-api",
    title="Service api",
    summary="The api.",
    scope=Scope.SERVICE,
    rows=(
        Row(title="One", panels=tuple(panel(each.value, each) for each in Kind)),
        Row(title="Two", panels=(panel("wide", Kind.LINES, 24),)),
    ),
    links=(OTHER,),
)


def placed(*extra: str) -> Placement:
    names = (prometheus.NAME, *extra)
    return Placement(
        runtime="memory",
        locations=tuple(
            Location(
                workload=name, replica=0, region="eu", address="10.0.0.1", ports={"http": 9000 + at}
            )
            for at, name in enumerate(names)
        ),
    )


VIEWER = Viewer(
    target=Target.LOGS, workload="logs", port="http", path="q?s={subject}&a={from_ms}&b={to_ms}"
)


def made(*extra: str) -> dict[str, Any]:
    address = links.addresses(placed(*extra), (VIEWER,), runbooks="https://books/")
    found: dict[str, Any] = json.loads(model.text(BOARD, tags=("shop",), address=address))
    return found


def test_every_panel_and_query_names_the_source_by_its_fixed_uid() -> None:
    for each in made()["panels"]:
        if each["type"] == "row":
            continue
        assert each["datasource"] == {"type": "prometheus", "uid": "seatrial-prometheus"}
        assert all(one["datasource"]["uid"] == "seatrial-prometheus" for one in each["targets"])
    assert "uid: seatrial-prometheus" in provisioning.datasources(
        placed().endpoint(prometheus.NAME, "http")
    )


def test_a_panels_number_is_its_place_and_no_two_are_the_same() -> None:
    document = made()
    numbers = [each["id"] for each in document["panels"]]
    assert len(set(numbers)) == len(numbers)
    drawn = [each for each in document["panels"] if each["type"] != "row"]
    assert [each["id"] for each in drawn] == list(range(1, len(BOARD.panels) + 1))
    assert [each["title"] for each in drawn] == [each.title for each in BOARD.panels]


def test_no_two_panels_lie_upon_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for each in made()["panels"]:
        at = each["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, each["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_what_it_says_is_what_the_sdk_reads() -> None:
    text = model.text(BOARD, tags=(), address=lambda _: "")
    read = Dashboard.from_json(json.loads(text))
    assert read.uid == BOARD.uid
    assert read.panels is not None
    assert len(read.panels) == len(BOARD.panels) + len(BOARD.rows)


def test_rates_follow_what_grafana_draws() -> None:
    text = json.dumps(made())
    assert "rate(a[$__rate_interval])" in text
    assert "$window" not in text


def test_links_keep_the_time_and_lead_only_to_what_is_there() -> None:
    with_logs, without = made("logs"), made()
    (to_hosts,) = with_logs["links"]
    assert to_hosts["url"] == "/d/shop-hosts?from=${__from}&to=${__to}"
    titled = {
        each["title"]: each["url"] for one in with_logs["panels"] for each in one.get("links", ())
    }
    assert titled == {
        "Runbook of api": "https://books/api.md",
        "Logs of api": "http://10.0.0.1:9001/q?s=api&a=${__from}&b=${__to}",
    }
    assert "Logs of api" not in json.dumps(without)


def test_a_gap_stays_a_gap_and_missing_is_said() -> None:
    (lines,) = (each for each in made()["panels"] if each["title"] == "lines")
    assert lines["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False
    assert lines["fieldConfig"]["defaults"]["noValue"] == "no data"


def test_thresholds_are_grafanas_steps() -> None:
    (lines,) = (each for each in made()["panels"] if each["title"] == "lines")
    assert lines["fieldConfig"]["defaults"]["thresholds"]["steps"] == [
        {"color": "red", "value": None},
        {"color": "orange", "value": 0.5},
        {"color": "green", "value": 0.9},
    ]


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_has_grafanas_name(unit: Unit) -> None:
    assert model._UNITS[unit]


def test_the_same_board_gives_the_same_bytes() -> None:
    once, again = (model.text(BOARD, tags=("a",), address=lambda _: "x") for _ in range(2))
    assert once == again
