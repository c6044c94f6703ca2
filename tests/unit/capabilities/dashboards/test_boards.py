"""What is on the boards: whole, parsed, and leading to what is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.dashboards.boards.names import uid
from seatrial.contract.board import Board, Kind, Panel, Target
from seatrial.engines.prometheus.expressions import metrics_of

TWO = "regions: {eu: {home: true}, us: {}}\n"
OWN = {"up", "ALERTS", "scrape_duration_seconds", "scrape_samples_post_metric_relabeling"}


def boards(plan: Plan) -> dict[str, Board]:
    prefix = f"{plan.system.name}-"
    return {each.uid.removeprefix(prefix): each for each in plan.declarations.boards}


def panels(plan: Plan) -> list[tuple[Board, Panel]]:
    return [(board, panel) for board in plan.declarations.boards for panel in board.panels]


def test_everything_that_the_file_names_has_its_board(reference: Plan) -> None:
    system = reference.system
    assert set(boards(reference)) == {
        "overview",
        "business",
        *(f"service-{each}" for each in system.services),
        *(f"store-{each}" for each in system.stores),
        "hosts",
        "containers",
        "monitoring",
    }


def test_every_item_of_r02_has_a_board(reference: Plan) -> None:
    shown = {each for board in reference.declarations.boards for each in board.requirements}
    assert shown == {"R02.1", "R02.2", "R02.3", "R02.4"}


def test_every_panel_says_what_to_do(reference: Plan) -> None:
    for board, panel in panels(reference):
        assert panel.description.endswith("."), (board.uid, panel.title)
        assert panel.queries, (board.uid, panel.title)
        assert all(each.legend for each in panel.queries), (board.uid, panel.title)


def test_no_two_panels_of_a_board_have_the_same_name(reference: Plan) -> None:
    for board in reference.declarations.boards:
        slugs = [each.slug for each in board.panels]
        assert len(set(slugs)) == len(slugs), board.uid


def test_every_query_is_promql(reference: Plan) -> None:
    for board, panel in panels(reference):
        for query in panel.queries:
            assert metrics_of(query.over("1m")), (board.uid, panel.title)
            assert "$window" not in query.over("1m")


def test_a_recorded_series_is_one_that_is_recorded(reference: Plan) -> None:
    recorded = {each.record for group in reference.declarations.groups for each in group.records}
    asked = {
        name
        for _, panel in panels(reference)
        for query in panel.queries
        for name in metrics_of(query.over("1m"))
        if ":" in name
    }
    assert asked
    assert asked <= recorded


def test_an_alert_that_a_panel_names_is_one_that_there_is(reference: Plan) -> None:
    there = {each.name for each in reference.declarations.alerts}
    conditional = {"ChannelFailing", "RedisMemoryNearLimit", "LatencyBudgetBurnFast"}
    named = {each for _, panel in panels(reference) for each in panel.alerts}
    assert named - conditional <= there


def test_every_declared_metric_and_journey_is_drawn(reference: Plan) -> None:
    drawn = {
        name
        for panel in boards(reference)["business"].panels
        for query in panel.queries
        for name in metrics_of(query.over("1m"))
    }
    assert set(reference.system.metrics) <= drawn
    shown = {
        query.expr for panel in boards(reference)["business"].panels for query in panel.queries
    }
    for name in reference.system.journeys:
        assert any(f'journey="{name}"' in each for each in shown)


def test_links_lead_to_boards_and_runbooks_that_are_there(reference: Plan) -> None:
    there = {each.uid for each in reference.declarations.boards}
    told = {each.path for each in reference.documents}
    for board, panel in panels(reference):
        for link in (*board.links, *panel.links):
            if link.target is Target.BOARD:
                assert link.subject in there, (board.uid, link)
            if link.target is Target.RUNBOOK:
                assert f"runbooks/{link.subject}.md" in told, (board.uid, panel.title, link)


def test_every_alert_leads_to_a_board_of_ours(reference: Plan) -> None:
    there = {each.uid for each in reference.declarations.boards}
    (server,) = (each for each in reference.workloads if each.name == "prometheus")
    lines = [
        line.split("panel_url:")[1].strip()
        for file in server.files
        if file.path.startswith("rules/")
        for line in file.text.splitlines()
        if "panel_url:" in line
    ]
    assert len(lines) > 20
    for each in lines:
        address, _, path = each.partition("/d/")
        assert address == "http://127.0.0.1:7075"
        assert path.partition("?")[0] in there


def test_where_it_is_not_promised_there_is_nothing(planned: Callable[..., Plan], shop: str) -> None:
    plan = planned(shop + "promises: [R01, R03]\n")
    assert not plan.declarations.boards
    assert not [each for each in plan.documents if each.path.startswith("grafana/")]
    assert not [each for each in plan.examinations() if each.name.startswith("boards/")]
    attached = plan.expectations(plan.scenarios())
    assert not [each for each in attached if each.name.startswith(("panels/", "shown/"))]
    (server,) = (each for each in plan.workloads if each.name == "prometheus")
    assert any("/graph?g0.expr=" in each.text for each in server.files)


def test_who_is_told_of_by_another_that_hangs_is_not_shown_as_nothing(reference: Plan) -> None:
    """A stopped nginx or PostgreSQL takes its exporter's answer, and its own gauge with it."""
    found = boards(reference)
    for board, told in (("service-gateway", "nginx_up"), ("store-database", "pg_up")):
        asked = [one.over("1m") for panel in found[board].panels for one in panel.queries]
        (expr,) = (each for each in asked if metrics_of(each) == {told, "up"})
        assert " or 0 * " in expr


def test_regions_have_a_board_only_where_there_are_two(
    planned: Callable[..., Plan], shop: str
) -> None:
    assert "regions" not in boards(planned(shop))
    assert "regions" in boards(planned(shop.replace("teams:", f"{TWO}teams:")))


def test_regions_are_asked_where_the_samples_of_all_meet_and_each_is_counted_once(
    planned: Callable[..., Plan], shop: str
) -> None:
    plan = planned(shop.replace("teams:", f"{TWO}teams:"))
    board = boards(plan)["regions"]
    assert [each for each in plan.declarations.boards if each.central] == [board]
    for panel in board.panels:
        (query,) = panel.queries
        assert query.expr.count("max without (prometheus_replica)") == query.expr.count("region)")
    attached = plan.expectations(plan.scenarios())
    (asked,) = (each for each in attached if each.name == "panels/regions")
    assert asked.watches[0].workload == "centre"
    assert asked.control is not None
    assert {each.target for each in asked.control.actions} == {"centre"}  # type: ignore[union-attr]
    assert {each.source for each in asked.control.actions} == {"prometheus", "prometheus-us"}  # type: ignore[union-attr]


def test_the_overview_says_whose_figures_it_does_not_have(
    planned: Callable[..., Plan], shop: str
) -> None:
    alone = boards(planned(shop))["overview"]
    assert "Regions" not in alone.summary
    found = boards(planned(shop.replace("teams:", f"{TWO}teams:")))
    assert found["overview"].summary.endswith("those of us are on the board Regions.")
    links = {each.subject for each in found["overview"].panels[0].links}
    assert found["regions"].uid in links


def test_a_grafana_has_both(planned: Callable[..., Plan], shop: str) -> None:
    plan = planned(shop.replace("teams:", f"{TWO}teams:"))
    found = boards(plan)
    texts = {each.path.removeprefix("grafana/provisioning/"): each.text for each in plan.documents}
    assert "uid: seatrial-centre" in texts["datasources/seatrial.yaml"]
    central = texts[f"dashboards/seatrial/{found['regions'].uid}.json"]
    home = texts[f"dashboards/seatrial/{found['overview'].uid}.json"]
    assert "seatrial-centre" in central
    assert "seatrial-prometheus" not in central
    assert "seatrial-centre" not in home


def test_a_histogram_of_another_name_is_drawn_by_that_name(
    planned: Callable[..., Plan], shop: str
) -> None:
    board = boards(planned(shop))["service-api"]
    text = str(board)
    assert "http_request_duration_seconds_bucket" in text
    assert "http_route" not in text  # OpenTelemetry's label: nobody promised it there
    assert 'status=~"5.."' in text


def test_a_service_without_metrics_is_seen_from_outside(
    planned: Callable[..., Plan], shop: str
) -> None:
    board = boards(planned(shop))["service-gateway"]
    first = board.panels[0]
    assert metrics_of(first.queries[0].expr) == {"probe_success"}


@pytest.mark.parametrize("name", ["a", "x" * 63])
def test_a_uid_is_short_enough_for_grafana_and_fixed(name: str) -> None:
    made = uid("workflow-platform", "service", name)
    assert len(made) <= 40
    assert made == uid("workflow-platform", "service", name)
    assert made != uid("workflow-platform", "service", name[:-1] + "y")


def test_a_heatmap_counts_by_bucket(reference: Plan) -> None:
    heat = [panel for _, panel in panels(reference) if panel.kind is Kind.HEATMAP]
    assert heat
    assert all("by (le)" in each.queries[0].expr for each in heat)


def test_an_owner_that_nobody_is_is_refused(planned: Callable[..., Plan], shop: str) -> None:
    from seatrial.app.refused import Refused  # noqa: PLC0415 - only here

    with pytest.raises(Refused) as found:
        planned(shop + "dashboards: {owner: nobody}\n")
    assert [each.code for each in found.value.problems if each.code.startswith("ST22")] == [
        "ST2201"
    ]


def test_a_cluster_has_no_containers_board_of_ours(reference: Plan, production: Plan) -> None:
    assert "containers" in boards(reference)
    assert "containers" in boards(production)  # production on a local placement tells them, too
