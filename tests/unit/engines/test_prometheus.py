"""Prometheus's files and answers, written and read without Prometheus."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from seatrial.contract.declaration import (
    AlertRule,
    RecordingRule,
    RuleGroup,
    RuleTest,
    ScrapeTarget,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.contract.placement import Endpoint, Location, Placement
from seatrial.engines.prometheus import config, history, query, rules

API = ScrapeTarget(
    job="service-metrics", subject="api", kind="service", workload="api", port="http",
    interval=5, timeout=3, labels={"team": "web"},
)  # fmt: skip
PROBE = ScrapeTarget(
    job="probe-http", subject="api", kind="probe", workload="api", port="http", path="/probe",
    through=("blackbox-exporter", "http"), params={"module": "http_2xx"}, probe="/readyz",
)  # fmt: skip
TCP = ScrapeTarget(
    job="probe-tcp", subject="api", kind="probe", workload="api", port="http", path="/probe",
    through=("blackbox-exporter", "http"), params={"module": "tcp_connect"},
)  # fmt: skip


def _location(workload: str, replica: int, address: str, port: int) -> Location:
    return Location(
        workload=workload, replica=replica, region="eu", address=address, ports={"http": port}
    )


PLACEMENT = Placement(
    runtime="memory",
    locations=(
        _location("api", 0, "10.0.0.1", 8000),
        _location("api", 1, "10.0.0.2", 8000),
        _location("blackbox-exporter", 0, "10.0.0.9", 9115),
    ),
)


def test_every_replica_is_a_target_with_its_labels() -> None:
    found = json.loads(config.target_files((API,), PLACEMENT)["service-metrics"])
    assert [each["targets"] for each in found] == [["10.0.0.1:8000"], ["10.0.0.2:8000"]]
    assert found[1]["labels"] == {
        "service": "api", "kind": "service", "replica": "1", "region": "eu", "team": "web",
    }  # fmt: skip


def test_a_probe_asks_the_exporter_about_each_replica() -> None:
    files = config.target_files((PROBE, TCP), PLACEMENT)
    found = json.loads(files["probe-http"])
    assert {each["targets"][0] for each in found} == {"10.0.0.9:9115"}
    assert [each["labels"]["__param_target"] for each in found] == [
        "http://10.0.0.1:8000/readyz", "http://10.0.0.2:8000/readyz",
    ]  # fmt: skip
    asked = [each["labels"]["__param_target"] for each in json.loads(files["probe-tcp"])]
    assert asked == ["10.0.0.1:8000", "10.0.0.2:8000"]


def _labels(target: ScrapeTarget, *others: ScrapeTarget) -> dict[str, str]:
    """The labels of a target's first replica, in a job that begins with others."""
    text = config.target_files((*others, target), PLACEMENT)[target.job]
    found: dict[str, str] = json.loads(text)[-1]["labels"]
    return found


def test_targets_of_one_job_keep_their_own_path_and_scheme() -> None:
    other = replace(API, path="/a/metrics", scheme="https")
    (job,) = config.scrapes((API, other))
    assert (job.path, job.scheme, job.encrypted) == ("/metrics", "http", True)
    found = _labels(other, API)
    assert (found["__metrics_path__"], found["__scheme__"]) == ("/a/metrics", "https")
    assert not {"__metrics_path__", "__scheme__"} & set(_labels(API))


def test_a_job_has_the_parameters_that_all_its_targets_share_and_the_others_are_labels() -> None:
    """A parameter of the job would win over the label."""
    other = replace(PROBE, params={"module": "tcp_connect", "hostname": "shop.example"})
    (job,) = config.scrapes((PROBE, other))
    assert job.params == {}
    assert _labels(PROBE, other, PROBE)["__param_module"] == "http_2xx"
    found = _labels(other, PROBE)
    assert (found["__param_module"], found["__param_hostname"]) == ("tcp_connect", "shop.example")
    (alone,) = config.scrapes((PROBE, PROBE))
    assert alone.params == {"module": "http_2xx"}
    assert "__param_module" not in _labels(PROBE)


def test_the_configuration_has_a_job_for_each_and_only_probes_are_relabelled() -> None:
    document = yaml.safe_load(
        config.configuration(
            jobs=config.scrapes((API, PROBE)),
            external_labels={"cluster": "shop"},
            alertmanagers=(Endpoint(host="10.0.0.7", port=9093),),
            evaluation=15,
        )
    )
    api, probe = document["scrape_configs"]
    assert (api["scrape_interval"], api["scrape_timeout"], api["metrics_path"]) == (
        "5s", "3s", "/metrics",
    )  # fmt: skip
    assert "relabel_configs" not in api
    assert probe["params"] == {"module": ["http_2xx"]}
    assert probe["relabel_configs"][0]["target_label"] == "instance"
    (manager,) = document["alerting"]["alertmanagers"]
    assert manager["static_configs"] == [{"targets": ["10.0.0.7:9093"]}]
    assert document["global"]["external_labels"] == {"cluster": "shop"}


def test_without_an_alertmanager_there_is_no_alerting_section() -> None:
    text = config.configuration(jobs=(), external_labels={}, alertmanagers=(), evaluation=15)
    assert "alerting" not in yaml.safe_load(text)


ALERT = AlertRule(
    name="ServiceDown", expr="up == 0", tier=Tier.OUTAGE, severity=Severity.PAGE, subject="api",
    owner="web", summary="down", description="all of it", hold=10, keep=60,
    test=RuleTest(
        interval=5, inputs=(SeriesInput(series="up", values="1 0x20"),), fires_at=60, clear_at=0,
        labels={"region": "r"},
    ),
)  # fmt: skip
GROUP = RuleGroup(
    name="service-api:outage",
    interval=5,
    records=(RecordingRule(record="a:b:c", expr="sum(up)"),),
    alerts=(ALERT,),
)


@pytest.mark.parametrize(
    ("version", "keeps"), [("2.41.0", False), ("2.42", True), ("2.53.3", True), ("3.1.0", True)]
)
def test_keep_firing_for_is_written_for_those_who_know_it(version: str, keeps: bool) -> None:  # noqa: FBT001
    document = yaml.safe_load(rules.rule_file((GROUP,), links=lambda _: {}, version=version))
    record, alert = document["groups"][0]["rules"]
    assert record == {"record": "a:b:c", "expr": "sum(up)"}
    assert alert["for"] == "10s"
    assert (alert.get("keep_firing_for") == "1m") == keeps


def test_an_alert_carries_its_labels_and_links() -> None:
    text = rules.rule_file((GROUP,), links=lambda rule: {"runbook_url": f"/{rule.subject}"})
    alert = yaml.safe_load(text)["groups"][0]["rules"][1]
    assert alert["labels"] == {
        "severity": "page", "tier": "outage", "team": "web", "service": "api",
    }  # fmt: skip
    assert alert["annotations"] == {
        "summary": "down", "description": "all of it", "runbook_url": "/api",
    }  # fmt: skip


def test_groups_of_one_subject_share_a_file_and_empty_ones_have_none() -> None:
    other = RuleGroup(name="service-api:saturation", interval=15, alerts=(ALERT,))
    empty = RuleGroup(name="store-db:outage", interval=5)
    assert rules.files((GROUP, empty, other)) == {"service-api": (GROUP, other)}
    assert rules.path("service-api") == "rules/service-api.yml"


def test_a_test_expects_what_the_rule_file_says() -> None:
    def links(rule: AlertRule) -> dict[str, str]:
        return {"runbook_url": f"/{rule.name}"}

    alert = yaml.safe_load(rules.rule_file((GROUP,), links=links))["groups"][0]["rules"][1]
    document = yaml.safe_load(rules.test_file("rules.yml", (GROUP,), links=links))
    assert document["evaluation_interval"] == "5s"
    (test,) = document["tests"]
    fired, clear = test["alert_rule_test"]
    (expected,) = fired["exp_alerts"]
    assert expected["exp_annotations"] == alert["annotations"]
    assert expected["exp_labels"] == {**alert["labels"], "region": "r"}
    assert (fired["eval_time"], clear["eval_time"], clear["exp_alerts"]) == ("1m", "0s", [])


def _answer(result: object) -> bytes:
    return json.dumps({"status": "success", "data": {"result": result}}).encode()


def test_an_instant_query_survives_the_url() -> None:
    expr = 'sum(up{a="b c",d=~"e|f"}) / 2 + 1 > 0 & "ü"'
    parts = urlsplit(query.instant(expr, at=12.5))
    assert parts.path == "/api/v1/query"
    assert parse_qs(parts.query) == {"query": [expr], "time": ["12.500"]}


def test_samples_of_a_vector() -> None:
    body = _answer(
        [
            {"metric": {"service": "api"}, "value": [12.5, "1"]},
            {"metric": {}, "value": [12.5, "NaN"]},
            {"metric": {}, "value": [12.5, "+Inf"]},
        ]
    )
    one, nan, inf = query.samples("up")(99.0, body)
    assert (one.at, one.kind, one.subject, one.value, one.labels) == (
        99.0, "sample", "up", 1.0, {"service": "api"},
    )  # fmt: skip
    assert nan.value is not None
    assert math.isnan(nan.value)
    assert inf.value == float("inf")


def test_an_answer_that_is_no_success_is_an_error() -> None:
    body = json.dumps({"status": "error", "error": "out of bounds"}).encode()
    for parse in (query.samples("up"), query.alerts, query.histories("up")):
        with pytest.raises(ValueError, match="out of bounds"):
            parse(1.0, body)
    with pytest.raises(ValueError, match="Expecting value"):
        query.vector(b"<html>")


def test_each_state_of_an_alert_is_seen_once() -> None:
    alert = {
        "labels": {"alertname": "ServiceDown", "service": "api"}, "state": "pending",
        "activeAt": "2026-01-01T00:00:00Z", "value": "0",
    }  # fmt: skip

    def ids(*alerts: Mapping[str, object]) -> list[str]:
        body = json.dumps({"status": "success", "data": {"alerts": alerts}}).encode()
        return [each.id for each in query.alerts(1.0, body)]

    firing = {**alert, "state": "firing"}
    finer = {**alert, "activeAt": "2026-01-01T00:00:00.123456789Z"}
    body = json.dumps({"status": "success", "data": {"alerts": [alert, finer]}}).encode()
    first, second = query.alerts(1.0, body)
    assert first.value == 1767225600.0
    assert second.value == pytest.approx(1767225600.123456)
    assert ids(alert) == ids(alert)
    assert len(set(ids(alert, firing))) == 2


def test_a_history_is_every_sample_of_each_series_as_it_was_written() -> None:
    api, db = {"__name__": "up", "job": "api"}, {"__name__": "up", "job": "db"}
    body = _answer(
        [
            {"metric": api, "values": [[10.5, "1"], [15.5, "NaN"]]},
            {"metric": db, "values": [[11, "0.25"]]},
        ]
    )
    found = query.histories("s")(99.0, body)
    assert [(each.at, each.subject, each.labels) for each in found] == [
        (99.0, "s", api),
        (99.0, "s", db),
    ]
    assert [query.recalled(each.text) for each in found] == [
        {10.5: "1", 15.5: "NaN"},
        {11.0: "0.25"},
    ]


def test_history_is_openmetrics_that_grows_evenly() -> None:
    counters = (
        history.Counter(name="runs_total", labels={"o": "ok", "j": "a"}, per_second=2.0),
        history.Counter(name="other_total", labels={}, per_second=1.0),
        history.Counter(name="runs_total", labels={"o": "failed", "j": "a"}, per_second=0.0),
    )
    text = history.openmetrics(counters, start=1000.0, end=1180.0, step=60.0)
    assert text.endswith("# EOF\n")
    parsed = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    families = {each.name: each.samples for each in parsed}
    assert set(families) == {"runs_total", "other_total"}
    fine = [each for each in families["runs_total"] if each.labels["o"] == "ok"]
    assert [each.value for each in fine] == [0.0, 120.0, 240.0, 360.0]
    assert [float(each.timestamp) for each in fine] == [1000.0, 1060.0, 1120.0, 1180.0]
