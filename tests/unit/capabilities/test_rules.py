"""Every rule that is written for a system: complete, readable, tested, and named by the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.alerting.rules.redundancy import NAME as REPLICA
from seatrial.capabilities.metrics.journeys import EDGES
from seatrial.contract.declaration import Severity, Tier
from seatrial.contract.output import File
from seatrial.daemons.prober.figures import BUCKETS, Figures
from seatrial.runtimes.memory import MemoryRuntime

OUTSIDER = Path(__file__).parents[3] / "examples/web-shop-trial/seatrial.yaml"
CONTAINED = {"MemoryNearLimit", "KilledForMemory", "CPUThrottled", "CrashLooping"}
RECORD = re.compile(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+")


def files_of(planned: Plan, workload: str) -> dict[str, File]:
    found = next(each for each in planned.workloads if each.name == workload)
    return {each.path: each for each in found.files}


@cache
def parsed(text: str) -> Mapping[str, Any]:
    """A document of one of the files, by libyaml and once: nobody changes it."""
    found: Mapping[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def written(planned: Plan) -> list[dict[str, Any]]:
    """Every rule of every rule file, as Prometheus reads it, with its group."""
    return [
        {**rule, "group": group["name"], "file": path}
        for path, file in files_of(planned, "prometheus").items()
        if path.startswith("rules/")
        for group in parsed(file.text)["groups"]
        for rule in group["rules"]
    ]


def alerts(planned: Plan) -> list[dict[str, Any]]:
    return [each for each in written(planned) if "alert" in each]


@pytest.fixture(params=["reference", "shop", "production"])
def system(request: pytest.FixtureRequest, planned: Callable[..., Plan], shop: str) -> Plan:
    if request.param == "shop":
        return planned(shop)
    found: Plan = request.getfixturevalue(request.param)
    return found


def test_every_alert_says_who_how_bad_what_and_where_to_look(system: Plan) -> None:
    assert len(alerts(system)) > 25
    documents = {each.path: each.text for each in system.documents}
    for alert in alerts(system):
        labels, notes = alert["labels"], alert["annotations"]
        assert labels["severity"] in {each.value for each in Severity}, alert
        assert labels["tier"] in {each.value for each in Tier}, alert
        assert labels["team"] in system.system.teams, alert
        assert labels["service"], alert
        assert notes["summary"].strip(), alert
        assert notes["description"].strip(), alert
        page, _, section = notes["runbook_url"].removeprefix(".seatrial/").partition("#")
        assert f"## {alert['alert']}\n" in documents[page], alert
        assert section == alert["alert"].lower(), alert
        uids = tuple(f"/d/{each.uid}" for each in system.declarations.boards)
        address, _, _ = notes["panel_url"].partition("?")
        assert address.startswith("http://"), alert
        assert address.endswith(uids), alert


def test_every_expression_is_promql(system: Plan) -> None:
    for rule in written(system):
        promql_parser.parse(rule["expr"])


def test_recorded_figures_are_named_level_metric_operations(system: Plan) -> None:
    records = [each["record"] for each in written(system) if "record" in each]
    assert records
    for name in records:
        assert RECORD.fullmatch(name), name


def test_every_recorded_figure_that_an_alert_reads_is_in_its_own_group(system: Plan) -> None:
    beside: dict[str, set[str]] = {}
    for each in written(system):
        if "record" in each:
            beside.setdefault(each["group"], set()).add(each["record"])
    for alert in alerts(system):
        assert set(RECORD.findall(alert["expr"])) <= beside.get(alert["group"], set()), alert


def test_no_group_and_no_alert_of_a_subject_is_there_twice(system: Plan) -> None:
    groups = [each.name for each in system.declarations.groups]
    assert len(groups) == len(set(groups))
    named = [(each["alert"], *sorted(each["labels"].items())) for each in alerts(system)]
    assert len(named) == len(set(named))


def test_every_alert_has_a_test_in_which_it_fires_and_clears(system: Plan) -> None:
    files = files_of(system, "prometheus")
    tested: list[tuple[str, str, str]] = []
    for path, file in files.items():
        if not path.startswith("tests/"):
            continue
        document = parsed(file.text)
        assert document["rule_files"] == [f"../rules/{path.removeprefix('tests/')}"]
        for test in document["tests"]:
            fired, clear = test["alert_rule_test"]
            assert fired["exp_alerts"]
            assert clear["exp_alerts"] == []
            assert fired["alertname"] == clear["alertname"]
            labels = fired["exp_alerts"][0]["exp_labels"]
            tested.append((fired["alertname"], labels["service"], labels.get("slo", "")))
    rules = [
        (each["alert"], each["labels"]["service"], each["labels"].get("slo", ""))
        for each in alerts(system)
    ]
    assert sorted(tested) == sorted(rules)


def test_what_pages_pages_its_owner(reference: Plan) -> None:
    owners = {
        (each["alert"], each["labels"]["service"]): each["labels"]["team"]
        for each in alerts(reference)
        if each["labels"]["severity"] == "page"
    }
    assert owners["ServiceDown", "gateway"] == "platform"
    assert owners["ServiceDown", "api"] == "platform"
    assert owners["ServiceDown", "worker"] == "data"
    assert owners["StoreDown", "database"] == "data"
    assert owners["StoreDown", "cache"] == "platform"
    assert owners["JourneyFailing", "run-a-workflow"] == "platform"


def test_every_service_store_and_journey_has_an_outage_alert(system: Plan) -> None:
    covered = {
        each["labels"]["service"] for each in alerts(system) if each["labels"]["tier"] == "outage"
    }
    described = system.system
    assert covered >= {*described.services, *described.stores, *described.journeys}


def test_outages_hold_as_long_as_the_file_says(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + "alerting: {hold: 20s, keep: 3m}\n")
    down = next(each for each in alerts(found) if each["alert"] == "ServiceDown")
    assert (down["for"], down["keep_firing_for"]) == ("20s", "3m")
    by_name = {each.name: each for each in found.declarations.alerts}
    assert by_name["ServiceErrors"].hold >= 30  # a scrape and an evaluation after the cause
    assert by_name["ServiceErrors"].keep == 60


def test_a_symptom_waits_longer_and_keeps_less_than_its_cause(reference: Plan) -> None:
    by_name: dict[str, Any] = {}
    for each in reference.declarations.alerts:
        by_name.setdefault(each.name, each)
    for cause in ("ServiceDown", "StoreDown"):
        for symptom in ("ProbeFailing", "JourneyFailing"):
            assert by_name[symptom].hold >= by_name[cause].hold + 10, symptom
            assert by_name[symptom].keep < by_name[cause].keep


def test_latency_alerts_read_buckets_that_the_prober_has(
    planned: Callable[..., Plan], shop: str
) -> None:
    assert tuple(map(float, BUCKETS)) == EDGES
    registry = CollectorRegistry()
    Figures(registry).duration.labels("buy").observe(1)
    edges = set(re.findall(r'le="([^"]+)"', generate_latest(registry).decode()))
    for limit in ("10ms", "200ms", "1s", "5s"):
        found = planned(shop.replace("window: 30d", f"latency: {{p95: {limit}}}"))
        slow = [each["expr"] for each in written(found) if "slow" in each.get("record", "")]
        assert slow
        for expr in slow:
            assert set(re.findall(r'le="([^"]+)"', expr)) <= edges, expr


def test_a_burn_alert_that_could_never_fire_is_not_written(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop.replace("availability: 99.9", "availability: 90"))
    names = {each["alert"] for each in alerts(found) if each["labels"]["tier"] == "burn"}
    assert names == {
        "ErrorBudgetBurn",
        "ErrorBudgetFewEvents",
        "ErrorBudgetDrain",
        "ErrorBudgetDrainSlow",
    }


def test_the_budget_itself_is_recorded_apart_from_the_alerts(reference: Plan) -> None:
    month = [each for each in written(reference) if each.get("record", "").endswith("30d")]
    assert month
    assert all(each["group"].endswith(":budget") for each in month)
    slow = {each.name: each.interval for each in reference.declarations.groups}
    assert {slow[each["group"]] for each in month} == {300}
    assert not [each for each in alerts(reference) if each["group"].endswith(":budget")]


def test_only_a_service_with_several_replicas_misses_one(reference: Plan) -> None:
    told = {each["labels"]["service"] for each in alerts(reference) if each["alert"] == REPLICA}
    services = reference.system.services
    assert told == {name for name, each in services.items() if each.scale.min > 1}
    assert told


@pytest.mark.parametrize(("peak", "window"), [("5/s", "[15s]"), ("1/m", "[240s]")])
def test_an_outage_of_a_journey_with_few_runs_is_seen_too(
    planned: Callable[..., Plan], shop: str, peak: str, window: str
) -> None:
    found = planned(shop.replace("peak: 5/s", f"peak: {peak}"))
    (failing,) = (each for each in alerts(found) if each["alert"] == "JourneyFailing")
    assert window in failing["expr"]


def test_errors_are_watched_only_where_requests_are_counted(reference: Plan) -> None:
    counted = {
        each["labels"]["service"] for each in alerts(reference) if each["alert"] == "ServiceErrors"
    }
    assert "api" in counted
    assert "gateway" not in counted  # stub_status knows no status codes


def test_a_service_without_metrics_is_probed_whether_or_not_it_is_exposed(
    planned: Callable[..., Plan], shop: str
) -> None:
    for text in (shop, shop.replace("exposed: true", "exposed: false")):
        probed = {
            each["labels"]["service"]
            for each in alerts(planned(text))
            if each["alert"] == "ProbeFailing"
        }
        assert probed == {"gateway"}


def test_a_rabbitmq_has_the_rules_of_its_own_page_and_no_others(
    planned: Callable[..., Plan], shop: str
) -> None:
    queue = """\
  queue:
    owner: web
    image: shop/queue:1
    ports: {amqp: 5672}
    metrics: {port: 15692, kind: rabbitmq}
stores:
"""
    found = planned(shop.replace("stores:\n", queue))
    told = {each["alert"]: each for each in alerts(found) if each["labels"]["service"] == "queue"}
    assert set(told) == {
        "ServiceDown",
        "PublishersBlocked",
        "QueueWithoutConsumers",
        "QueueBacklog",
        "FileDescriptorsNearLimit",
        "SeriesExplosion",  # whatever is scraped has it
        *CONTAINED,
    }
    assert told["PublishersBlocked"]["labels"]["severity"] == "page"
    jobs = {each.job: each for each in found.declarations.targets if each.subject == "queue"}
    assert set(jobs) == {"service-metrics", "container"}
    assert (jobs["service-metrics"].port, jobs["service-metrics"].path) == ("metrics", "/metrics")


def test_what_an_outsider_describes_of_the_shop_is_watched() -> None:
    found = plan(OUTSIDER, MemoryRuntime(clock=lambda: 0.0))
    watched = {
        each["labels"]["service"] for each in alerts(found) if each["alert"] not in CONTAINED
    }
    assert {"storefront", "db", "queue", "order", "look-around"} <= watched
    unseen = {"orders", "mailer"}
    assert not watched & unseen
    contained = {e["alert"] for e in alerts(found) if e["labels"]["service"] in unseen}
    assert contained == CONTAINED  # a container tells of itself, not whether it answers
    stood = {each.name for each in found.expectations(found.scenarios())}
    assert "stack/storefront" in stood
    assert not {f"stack/{each}" for each in unseen} & stood
    assert {each.code for each in found.checked} == {"ST2102"}
    assert len(found.checked) == len(unseen)
