"""Scenarios, expectations and controls: whole, aimed at what is there, and able to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from configparser import ConfigParser
from functools import cache
from typing import Any

import promql_parser
import pytest
import yaml
from timelines import CHANNELS, START, page, step, timeline

from seatrial.app import registry
from seatrial.app.plan import Plan
from seatrial.contract.action import (
    Action,
    AlterFile,
    CutEdge,
    EdgeFault,
    Kill,
    Pause,
    Request,
    WriteHostLine,
)
from seatrial.contract.declaration import Severity, Tier
from seatrial.contract.scenario import Expectation, Scenario, State
from seatrial.contract.timeline import Timeline
from seatrial.drills.batch import batches
from seatrial.system import graph


@cache
def parsed(text: str, path: str = "") -> Any:
    """A file's document, by libyaml and once: nobody changes it. pgBackRest's file is none."""
    if path == "pgbackrest.conf":
        sections = ConfigParser(interpolation=None)
        sections.read_string(text)
        return {name: dict(section) for name, section in sections.items()}
    return yaml.load(text, Loader=yaml.CSafeLoader)


def pairs(planned: Plan) -> tuple[tuple[Scenario, ...], tuple[Expectation, ...]]:
    scenarios = planned.scenarios()
    return scenarios, planned.expectations(scenarios)


@pytest.fixture(params=["reference", "shop"])
def system(request: pytest.FixtureRequest, planned: Callable[..., Plan], shop: str) -> Plan:
    if request.param == "shop":
        return planned(shop)
    found: Plan = request.getfixturevalue(request.param)
    return found


def test_every_scenario_is_judged_and_every_expectation_has_its_scenario(system: Plan) -> None:
    scenarios, expectations = pairs(system)
    names = [each.name for each in scenarios]
    assert len(names) == len(set(names))
    assert {each.scenario for each in expectations} == set(names)


def test_no_two_expectations_have_one_name(system: Plan) -> None:
    names = [each.name for each in pairs(system)[1]]
    assert len(names) == len(set(names))


def test_expectations_meet_requirements_that_their_capabilities_claim(system: Plan) -> None:
    claimed = {each for one in registry.capabilities() for each in one.requirements}
    met = {each for one in pairs(system)[1] for each in one.requirements}
    unmet = {"R01.4"}  # of several regions, and these systems have one
    unmet |= {"R20.3"}  # they are backed up at home alone
    unmet |= {"R21.1", "R21.2", "R21.3", "R21.4"}  # no store of them fails over
    unmet |= {"R18.3", "R18.4", "R22.1", "R22.4"}  # only the record of an exercise says so
    if system.system.name == "shop":  # no store of it is backed up, and nobody else is told
        unmet |= {"R18.1", "R18.2", "R20.1", "R20.2", "R20.4", "R22.3"}
    assert claimed - unmet <= met
    for each in met - claimed:
        assert each[0] in "ST", each


def test_what_expectations_rest_on_is_a_path_of_the_file(system: Plan) -> None:
    raw: dict[str, Any] = parsed((system.folder / "seatrial.yaml").read_text())
    sections = {"alerting", "detection", "logs", "monitoring", "synthetics", "tracing"}
    sections |= {"targets", "stores", "slos", "metrics", "continuity"}
    for expectation in pairs(system)[1]:
        assert expectation.depends, expectation.name
        for path in expectation.depends:
            first, *rest = path.split(".")
            assert first in raw or first in sections, path
            if first in {"services", "stores", "teams", "journeys"} and rest:
                assert rest[0] in raw[first], path


def actions(planned: Plan) -> Iterator[tuple[str, Action]]:
    scenarios, expectations = pairs(planned)
    for scenario in scenarios:
        for injection in scenario.injections:
            yield from ((scenario.name, each) for each in injection.actions)
    for expectation in expectations:
        yield from (
            (f"control of {expectation.name}", each) for each in expectation.control.actions
        )


def test_every_action_is_aimed_at_something_that_is_there(system: Plan) -> None:
    workloads = {each.name: each for each in system.workloads}
    edges = {(each.source, each.target) for each in system.placement.edges}
    for name, action in actions(system):
        if isinstance(action, EdgeFault):
            assert (action.source, action.target) in edges, name
            continue
        if isinstance(action, WriteHostLine):  # by the machine, of which no workload is
            assert [each for each in workloads.values() if each.reads_host], name
            continue
        changes = isinstance(action, Request) and action.method != "GET"
        assert not changes or action.undo is not None, name
        workload = workloads[action.workload]
        if isinstance(action, Request):
            assert action.port in workload.ports, name
        if isinstance(action, AlterFile):
            assert action.path in {each.path for each in workload.files}, name


def test_every_watch_asks_a_port_that_is_there(system: Plan) -> None:
    ports = {each.name: each.ports for each in system.workloads}
    scenarios, expectations = pairs(system)
    watches = [each for one in expectations for each in one.watches]
    watches += [each.watch for one in scenarios for each in one.steady]
    for each in watches:
        assert each.port in ports[each.workload], each.name


def test_every_control_plants_something_that_differs_and_still_reads(system: Plan) -> None:
    rendered = {
        (workload.name, file.path): file.text
        for workload in system.workloads
        for file in workload.files
    }
    scenarios, expectations = pairs(system)
    injected = {
        scenario.name: {
            (action.workload, action.path): action.text
            for injection in scenario.injections
            for action in injection.actions
            if isinstance(action, AlterFile)
        }
        for scenario in scenarios
    }
    for expectation in expectations:
        control = expectation.control
        assert control.defect, expectation.name
        assert control.actions, expectation.name
        for action in control.actions:
            if not isinstance(action, AlterFile):
                continue
            before = injected[expectation.scenario].get(
                (action.workload, action.path), rendered[action.workload, action.path]
            )
            document = parsed(action.text, action.path)
            assert document != parsed(before, action.path), expectation.name
            covered = (action.workload, action.path) in injected[expectation.scenario]
            assert control.late or not covered, expectation.name
            groups = document.get("groups", []) if isinstance(document, dict) else []
            promql = [each for each in groups if each.get("type") != "vlogs"]
            for rule in (each for group in promql for each in group["rules"]):
                promql_parser.parse(rule["expr"])


def test_a_control_changes_nothing_but_its_defect(planned: Callable[..., Plan], shop: str) -> None:
    system = planned(shop)
    rendered = {
        file.path: parsed(file.text)
        for workload in system.workloads
        for file in workload.files
        if workload.name == "alertmanager" and file.path == "alertmanager.yml"
    }
    before = rendered["alertmanager.yml"]
    changed: dict[str, set[str]] = {}
    for expectation in pairs(system)[1]:
        for action in expectation.control.actions:
            if isinstance(action, AlterFile) and action.path == "alertmanager.yml":
                after = parsed(action.text)
                keys = {*before, *after}
                changed[expectation.control.defect] = {
                    key for key in keys if before.get(key) != after.get(key)
                }
    for defect, keys in changed.items():
        assert keys in ({"inhibit_rules"}, {"route"}, set()), defect
    assert changed["the inhibition rules are gone"] == {"inhibit_rules"}
    assert changed["the route of web's pages leads elsewhere"] == {"route"}


def test_what_pages_in_a_scenario_is_an_alert_that_is_written(system: Plan) -> None:
    alerts = {(each.name, each.subject) for each in system.declarations.alerts}
    for expectation in pairs(system)[1]:
        for labels in expectation.expects:
            if labels["alertname"].startswith("Watchdog") or labels["alertname"].endswith("Drill"):
                continue
            assert (labels["alertname"], labels["service"]) in alerts, expectation.name


def test_a_radius_holds_everything_that_the_fault_disturbs(system: Plan) -> None:
    for scenario in pairs(system)[0]:
        if "*" in scenario.radius:
            continue
        for injection in scenario.injections:
            for action in injection.actions:
                if isinstance(action, Kill | Pause):
                    disturbed = graph.radius(system.system, action.workload)
                elif isinstance(action, CutEdge):
                    disturbed = graph.radius(system.system, action.source)
                else:
                    continue
                assert disturbed <= scenario.radius, scenario.name


def test_what_looks_at_everything_runs_beside_no_fault(system: Plan) -> None:
    (batch,) = (
        each
        for each in batches(pairs(system)[0])
        if "coverage" in {scenario.name for scenario in each}
    )
    assert [each.name for each in batch] == ["coverage"]


# What these need to be steady: they judge no page, or one that only their own subject can make.
OWN = {
    "recover-system": {"bundles"},
    "follow-backup-": {"backups"},
    "follow-restore-": {"backups", "copies"},
    "prometheus-crash": {"samples"},
    "series-explosion": {"host", "alert", "metric"},
    "jaeger-crash": {"traces"},
    "link-slow-": {"traffic", "pace"},  # the runs' time is judged
    "attacks": {"no attack is told"},  # the logs tell of it, no figure
    "watchers-stopped": {"no attack is told"},
    "certificate-ends": {"alerts", "certificate"},
    "journey-broken-": {"alerts", "traffic"},
    "prober-dead": {"probers"},
    "log-": {"logs"},
    "host-line": {"logs"},
    "exercise-": {"arrivals"},  # who is reached is judged
    "restore-in-place-": {"backups", "copies"},
    "restore-": {"backups"},  # the copy is judged, and no page
    "deletion-": {"backups"},
}


def test_every_fault_is_injected_into_a_steady_state(system: Plan) -> None:
    traffic = bool(system.system.journeys)
    for scenario in pairs(system)[0]:
        if not any(each.actions for each in scenario.injections):
            continue
        conditions = {each.name for each in scenario.steady}
        if scenario.name == "culprits":  # it judges the runs' time, and no page
            paces = {f"pace of {each}" for each in system.system.journeys}
            assert conditions == {"traffic", *paces}
            continue
        own = next((want for name, want in OWN.items() if scenario.name.startswith(name)), None)
        if own is not None:
            assert conditions == own, scenario.name
        else:
            assert {"targets", "alerts", "watchdog"} <= conditions, scenario.name
            calls = traffic and not scenario.name.endswith("-dead")
            assert not calls or "traffic" in conditions, scenario.name


def test_where_nobody_may_be_paged_a_page_is_sent_at_last(system: Plan) -> None:
    scenarios, expectations = pairs(system)
    for expectation in expectations:
        if not expectation.name.startswith("quiet/"):
            continue
        (scenario,) = (each for each in scenarios if each.name == expectation.scenario)
        last = scenario.injections[-1]
        assert last.hold is None
        posted = [each for each in last.actions if isinstance(each, Request)]
        assert len(posted) == len(system.system.teams), scenario.name
        assert all(each.workload == "alertmanager" for each in posted)
        assert "watchdog" in {each.workload for each in expectation.watches}
    controls = {each.name: each.control.defect for each in expectations}
    assert controls["reached/blips"] == "every channel refuses messages"


def test_every_store_pages_once_and_a_page_that_repeats_turns_that_red(system: Plan) -> None:
    stores = [each for each in system.system.stores if system.placement.has(each)]
    found = {each.name: each for each in pairs(system)[1]}
    for store in stores:
        control = found[f"once/store-down-{store}"].control
        (action,) = control.actions
        assert isinstance(action, AlterFile)
        routes = parsed(action.text)["route"]["routes"]
        paging = [each for each in routes if 'severity="page"' in each["matchers"]]
        assert paging
        assert {each["repeat_interval"] for each in paging} == {"1s"}
        assert {each["group_interval"] for each in paging} == {"5s"}


def test_one_store_and_one_service_stay_down_until_all_that_is_held_back_would_page(
    reference: Plan,
) -> None:
    least = {
        each.name: each.injections[0].least
        for each in pairs(reference)[0]
        if each.name.startswith(("store-down-", "service-down-"))
    }
    # docs/alerting.md: JourneyFailing of the journey that waits is the slowest, then ProbeFailing
    assert {name for name, seconds in least.items() if seconds == 60} == {
        "store-down-database", "service-down-api",
    }  # fmt: skip
    assert least["store-down-cache"] == 34
    assert {least["service-down-gateway"], least["service-down-worker"]} == {0}


def test_what_an_outage_burns_may_page_after_it(reference: Plan) -> None:
    found = {each.name: each.expects for each in pairs(reference)[1]}
    burns = {(each["alertname"], each["service"]) for each in found["page/service-down-api"][1:]}
    assert ("ErrorBudgetBurnFast", "run-a-workflow") in burns
    assert all(name.endswith(("BurnFast", "Burn")) for name, _ in burns)
    # a shorter one has not spent enough to be right to page
    for name in ("service-down-gateway", "service-hung-api", "store-down-cache"):
        assert len(found[f"page/{name}"]) == 1


def test_the_rules_that_page_and_that_no_drill_makes_page_are_known(reference: Plan) -> None:
    """README.md, Limits: these are held back in a drill, or shown in promtool only."""
    paging = {
        (each.name, each.subject)
        for each in reference.declarations.alerts
        if each.severity is Severity.PAGE and each.tier is not Tier.BURN
    }
    drilled = {
        (labels["alertname"], labels.get("service"))
        for each in pairs(reference)[1]
        for labels in each.expects
    }
    assert paging - drilled == {
        ("ServiceErrors", "api"),
        ("ProbeFailing", "gateway"),
        ("JourneyFailing", "browse"),
        ("CheckFailing", "drill-certificate"),
        ("DiskFull", "host"),
    }


def test_production_gets_no_fault(production: Plan) -> None:
    for scenario in production.scenarios():
        assert scenario.injections == (), scenario.name


def test_a_quick_proof_has_a_death_for_every_owner(system: Plan) -> None:
    owners = {each.owner for each in system.system.services.values()}
    hit = {
        system.system.services[action.workload].owner
        for scenario in pairs(system)[0]
        if scenario.quick
        for injection in scenario.injections
        for action in injection.actions
        if isinstance(action, Kill) and action.workload in system.system.services
    }
    assert hit == owners


def test_a_drill_is_long_enough_for_what_it_waits_for(system: Plan) -> None:
    target = system.system.targets.fault_to_page.seconds
    scenarios, expectations = pairs(system)
    within = {each.name: each.within for each in scenarios}
    for expectation in expectations:
        if expectation.name.startswith("page/"):
            assert within[expectation.scenario] > target, expectation.name


def test_nothing_is_met_by_an_empty_timeline(system: Plan) -> None:
    for expectation in pairs(system)[1]:
        for over in (False, True):
            state = expectation.judge(Timeline(), 1_000_000.0, over).state
            assert state.value != "met", expectation.name


def test_a_silence_is_drilled_on_a_service_with_dependents_too(
    planned: Callable[..., Plan], shop: str
) -> None:
    # `data` owns only what others need: its drill disturbs them as well
    text = shop.replace("    owner: web\n    image: shop/api:1", "    owner: data\n    image: a")
    text = text.replace("  gateway:\n    owner: web", "  gateway:\n    owner: data")
    text = text.replace("needs: [api]", "needs: [api, zebra]").replace(
        "stores:", "  zebra:\n    owner: web\n    image: a\n    ports: {http: 1}\nstores:", 1
    )
    found = planned(text)
    scenarios, expectations = pairs(found)
    (silence,) = (each for each in scenarios if each.name == "silence")
    (killed,) = (
        action.workload
        for injection in silence.injections
        for action in injection.actions
        if isinstance(action, Kill)
    )
    assert graph.radius(found.system, killed) <= silence.radius
    (judged,) = (each for each in expectations if each.scenario == "silence")
    assert judged.expects[0]["service"] == killed


THROUGH = "    start: gateway\n    through: [orders]\n"
UNSEEN = """\
  orders: {owner: web, image: shop/orders:1, needs: [database]}
  mailer: {owner: data, image: shop/mailer:1, needs: [database]}
stores:
"""


def test_a_service_that_shows_nothing_is_told_by_its_journey_or_is_unknown(
    planned: Callable[..., Plan], shop: str
) -> None:
    text = shop.replace("stores:\n", UNSEEN).replace("    start: gateway\n", THROUGH)
    found = planned(text)
    scenarios = {each.name: each for each in found.scenarios()}
    expected = {each.name: each for each in found.expectations(found.scenarios())}
    orders = expected["page/service-down-orders"]
    assert orders.expects[0] == {"alertname": "JourneyFailing", "service": "buy"}
    assert "services.orders" in orders.depends
    # what else the journey crosses must be whole meanwhile
    assert {"orders", "gateway", "api"} <= scenarios["service-down-orders"].radius
    assert expected["page/service-hung-orders"].expects == orders.expects
    mailer = expected["page/service-down-mailer"]
    assert scenarios["service-down-mailer"].injections == ()  # nobody learns anything of its death
    judged = mailer.judge(Timeline(), 0.0, True)  # noqa: FBT003 - Judge's protocol
    assert judged.state is State.BLIND
    assert "mailer has no metrics and no port, and no journey runs through it" in judged.reason
    assert "service-hung-mailer" not in scenarios


def test_a_region_in_which_nothing_runs_does_not_excuse_a_second_page(
    planned: Callable[..., Plan], shop: str
) -> None:
    _, expectations = pairs(planned(f"{shop}regions:\n  eu: {{home: true}}\n  us: {{}}\n"))
    (down,) = (each for each in expectations if each.name == "page/service-down-api")
    pages = [
        page(START + at, channel, status=status)
        for status, ats in (("firing", (20, 25)), ("resolved", (95, 95)))
        for at in ats
        for channel in CHANNELS
    ]
    undone = step("undo", START + 26)
    once = [each for each in pages if each.at != START + 25 or each.text != "firing"]
    assert down.judge(timeline(undone, *once), START + 200, True).state is State.MET  # noqa: FBT003
    twice = down.judge(timeline(undone, *pages), START + 200, True)  # noqa: FBT003
    assert twice.state is State.BROKEN
    assert "paged 2 times" in twice.reason
