"""Timelines that show every panel, lack one, or show nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from seatrial.app.plan import Plan
from seatrial.capabilities.dashboards.expectations import RENAMED, joined, victim
from seatrial.capabilities.dashboards.judges import PLACE, UNTOLD, answered, asked, counts, shows
from seatrial.contract.board import Board, Panel, Query, Row, Scope, Unit
from seatrial.contract.scenario import Expectation, State
from seatrial.contract.timeline import Observation, Timeline

BARE = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web", email: web@shop.example}}
services:
  front:
    owner: web
    image: shop/front:1
    ports: {http: 8000}
    metrics: {port: http}
    health: {ready: /readyz}
"""


def board(*queries: Query) -> Board:
    panels = tuple(
        Panel(title=f"p{at}", unit=Unit.COUNT, queries=(each,), description="d.", subject="s")
        for at, each in enumerate(queries, start=1)
    )
    rows = (Row(title="r", panels=panels),)
    return Board(uid="b", title="B", summary="", scope=Scope.SERVICE, rows=rows)


TWO = board(Query(expr="up", legend="one"), Query(expr="down", legend="two"))


def seen(*places: str, at: float = 1.0, subject: str = "b") -> tuple[Observation, ...]:
    return tuple(
        Observation(
            at=at,
            source="w",
            kind="sample",
            subject=subject,
            value=1.0,
            labels={PLACE: each, "figure": each},
        )
        for each in places
    )


def line(*observations: Observation) -> Timeline:
    return Timeline().adding(observations)


def test_every_panel_has_data() -> None:
    found = answered(TWO)(line(*seen("1A", "2A")), 2.0, False)  # noqa: FBT003 - Judge
    assert found.state is State.MET


def test_a_panel_without_data_is_named() -> None:
    found = answered(TWO)(line(*seen("1A")), 2.0, True)  # noqa: FBT003 - Judge
    assert found.state is State.BROKEN
    assert found.reason == "no data on the board B: p2 (two)"
    assert [each.value for each in found.figures] == [2, 50.0]


def test_before_the_end_it_may_still_come() -> None:
    assert answered(TWO)(line(*seen("1A")), 2.0, False).state is State.PENDING  # noqa: FBT003


def test_only_the_newest_look_counts() -> None:
    early, late = seen("1A", "2A", at=1.0), seen("1A", at=9.0)
    assert answered(TWO)(line(*early, *late), 9.0, True).state is State.BROKEN  # noqa: FBT003


def test_where_nobody_could_be_asked_nothing_is_known() -> None:
    refused = Observation(at=5.0, source="w", kind="unreachable", subject="prometheus")
    found = answered(TWO)(line(*seen("1A"), refused), 9.0, True)  # noqa: FBT003 - Judge
    assert found.state is State.BLIND


def test_what_is_rightly_empty_is_told_with_its_reason() -> None:
    some = board(Query(expr="up", legend="one"), Query(expr="x", legend="", empty="while idle"))
    found = answered(some)(line(*seen("1A")), 2.0, True)  # noqa: FBT003 - Judge
    assert found.state is State.MET
    assert "p2: while idle" in found.reason


def test_a_containers_figure_may_be_missing_only_where_that_is_told() -> None:
    some = board(Query(expr="up", legend="one"), Query(expr="x", legend="", untold="cpu"))
    judge = answered(some)
    assert judge(line(*seen("1A")), 2.0, True).state is State.BROKEN  # noqa: FBT003 - Judge
    told = seen("cpu", subject=UNTOLD)
    assert judge(line(*seen("1A"), *told), 2.0, True).state is State.MET  # noqa: FBT003 - Judge


def sample(at: float, value: float) -> Observation:
    return Observation(at=at, source="w", kind="sample", subject="b/p", value=value)


INJECTED = Observation(at=10.0, source="drill", kind="step", subject="inject")


def test_the_panel_shows_the_fault() -> None:
    judge = shows("b/p", "P", 2)
    found = judge(line(sample(5, 2), INJECTED, sample(12, 2), sample(15, 0)), 16.0, False)  # noqa: FBT003
    assert found.state is State.MET
    assert found.figures[0].value == 5.0


def test_a_fall_before_the_fault_shows_nothing() -> None:
    judge = shows("b/p", "P", 2)
    found = judge(line(sample(5, 0), INJECTED, sample(12, 2)), 16.0, True)  # noqa: FBT003 - Judge
    assert found.state is State.BROKEN


def test_no_data_is_not_zero() -> None:
    found = shows("b/p", "P", 2)(line(sample(5, 2), INJECTED), 16.0, True)  # noqa: FBT003 - Judge
    assert found.state is State.BROKEN


def test_the_panel_counts_what_pages() -> None:
    judge = counts("b/p", "P")
    assert judge(line(sample(5, 0), INJECTED, sample(12, 0), sample(15, 1)), 16.0, False).state is (  # noqa: FBT003 - Judge
        State.MET
    )
    found = judge(line(sample(5, 1), INJECTED, sample(12, 0)), 16.0, True)  # noqa: FBT003 - Judge
    assert found.state is State.BROKEN
    assert found.reason == "the panel P never rose above 0"


def expectations(plan: Plan) -> dict[str, Expectation]:
    found = plan.expectations(plan.scenarios())
    return {each.name: each for each in found if each.name.startswith(("panels/", "shown/"))}


def test_each_board_is_looked_at_under_load(reference: Plan) -> None:
    found = expectations(reference)
    prefix = f"{reference.system.name}-"
    for each in reference.declarations.boards:
        assert found[f"panels/{each.uid.removeprefix(prefix)}"].scenario == "coverage"


def test_what_is_struck_is_shown_by_a_panel_of_its_board(reference: Plan) -> None:
    found = expectations(reference)
    for name in reference.system.services:
        for kind in ("down", "hung"):
            assert f"Service {name}" in found[f"shown/service-{kind}-{name}"].summary
    for name in reference.system.stores:
        assert f"Answers of Store {name}" in found[f"shown/store-down-{name}"].summary
    assert "Ready, asked from outside of Service api" in found["shown/link-cut-api-cache"].summary
    assert "team:attacks:firing" in unquote(found["shown/attacks"].watches[0].path)
    assert 'severity="page"' in unquote(found["shown/attacks"].watches[0].path)


def test_every_control_renames_a_metric_that_the_board_reads(reference: Plan) -> None:
    for board_ in reference.declarations.boards:
        metric, _ = victim(board_) or ("", 0.0)
        assert metric
        assert any(metric in each.query.expr for each in asked(board_))
    for name, each in expectations(reference).items():
        if name.startswith("panels/"):
            (action,) = each.control.actions
            assert RENAMED in getattr(action, "text", "")


def test_a_board_of_no_scraped_metric_goes_dark_with_all_scraping(
    planned: Callable[..., Plan],
) -> None:
    plan = planned(BARE)
    (bare,) = (each for each in plan.declarations.boards if each.scope is Scope.OVERVIEW)
    assert victim(bare) is None
    control = expectations(plan)["panels/overview"].control
    assert control.defect == "nothing is scraped any more"
    assert "scrape_configs: []" in getattr(control.actions[0], "text", "")


def test_one_question_asks_for_every_query(reference: Plan) -> None:
    for board_ in reference.declarations.boards:
        text = joined(board_)
        assert all(f'"{each.place}"' in text for each in asked(board_))
        assert len({each.place for each in asked(board_)}) == len(asked(board_))
