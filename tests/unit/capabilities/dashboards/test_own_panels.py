"""Panels that the file declares: drawn, asked, and refused where they could show nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from seatrial.app.plan import Plan, Refused
from seatrial.capabilities.dashboards.judges import asked
from seatrial.capabilities.dashboards.settings import Measure
from seatrial.contract.board import Level, Target, Unit, level
from seatrial.system.problem import Problem

PANEL = """\
metrics: {orders_total: {service: api, kind: counter, meaning: Orders}}
dashboards:
  panels:
    Orders by hour:
      board: BOARD
      query: QUERY
      help: Ask sales
"""
QUERY = 'sum(rate(orders_total{service="api"}[$window]))'


def text(board: str = "api", query: str = QUERY) -> str:
    return PANEL.replace("BOARD", board).replace("QUERY", query)


@pytest.mark.parametrize(
    ("named", "uid"),
    [
        ("api", "shop-service-api"),
        ("database", "shop-store-database"),
        ("overview", "shop-overview"),
        ("business", "shop-business"),
        ("hosts", "shop-hosts"),
        ("monitoring", "shop-monitoring"),
    ],
)
def test_it_stands_on_the_board_that_it_names(
    planned: Callable[..., Plan], shop: str, named: str, uid: str
) -> None:
    plan = planned(shop + text(named))
    (board,) = (
        each
        for each in plan.declarations.boards
        if any(panel.title == "Orders by hour" for panel in each.panels)
    )
    assert board.uid == uid
    panel = board.panels[-1]
    assert panel.description == "Ask sales."
    assert panel.unit is Unit.COUNT
    assert {each.target for each in panel.links} >= {Target.LOGS, Target.TRACES}
    assert QUERY in {each.query.expr for each in asked(board)}  # its data is proven like any


def test_every_unit_can_be_written() -> None:
    assert set(get_args(Measure)) == {each.value for each in Unit}


def test_its_thresholds_go_either_way(planned: Callable[..., Plan], shop: str) -> None:
    for more, seven in (("warn: 5, bad: 9", Level.WARN), ("warn: 9, bad: 5", Level.WARN)):
        plan = planned(
            shop + f"dashboards: {{panels: {{P: {{board: api, query: up, help: Do., {more}}}}}}}\n"
        )
        (board,) = (each for each in plan.declarations.boards if each.uid == "shop-service-api")
        found = board.panels[-1].thresholds
        assert level(found, 7) is seven
        assert {level(found, 1), level(found, 99)} == {Level.GOOD, Level.BAD}


def refused(planned: Callable[..., Plan], file: str) -> Problem:
    with pytest.raises(Refused) as found:
        planned(file)
    (one,) = (each for each in found.value.problems if each.code.startswith("ST22"))
    return one


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        (text(board="apii"), "ST2202", ("names no board: 'apii'", "api")),
        (text(query="sum(rate(orders_total[1m])"), "ST2203", ("is not PromQL", "mend it")),
        (text(query="sum(order_total)"), "ST2204", ("asks for order_total", "orders_total")),
        (text(query="zzz"), "ST2204", ("asks for zzz", "declare it: metrics: {zzz:")),
    ],
)
def test_what_could_show_nothing_is_refused_with_place_and_cure(
    planned: Callable[..., Plan], shop: str, changed: str, code: str, said: tuple[str, str]
) -> None:
    found = refused(planned, shop + changed)
    assert found.code == code
    assert "'Orders by hour'" in found.summary
    assert said[0] in found.summary
    assert said[1] in found.cure
    lines = (shop + changed).splitlines()
    key = "board:" if code == "ST2202" else "query:"
    assert key in lines[found.place.line - 1]


@pytest.mark.parametrize(
    "query",
    [
        "up",
        "node_load1",
        "journey:requests:rate5m",
        'rate(http_request_duration_seconds_count{service="api"}[$window])',
        "process_open_fds",
    ],
)
def test_what_products_and_libraries_tell_need_not_be_declared(
    planned: Callable[..., Plan], shop: str, query: str
) -> None:
    assert planned(shop + text(query=f"'{query}'" if "'" not in query else query))
