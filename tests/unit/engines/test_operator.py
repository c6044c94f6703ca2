"""One declaration, two dialects: the operator's kinds say what the files say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.files import rendered
from seatrial.app.plan import Plan, plan
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.engines.prometheus import config
from seatrial.runtimes.kubernetes import Cluster
from seatrial.runtimes.local import placement

ROOT = Path(__file__).parents[3]
SHOP = ROOT / "tests/golden/kubernetes/shop/seatrial.yaml"
parsed = partial(yaml.load, Loader=yaml.CSafeLoader)
documents = partial(yaml.load_all, Loader=yaml.CSafeLoader)
CONTAINERS = {"container", "container-exporter"}  # of which a cluster's own kubelets tell
_DISCOVERED = {"instance", "namespace", "pod", "replica"}


class Places:
    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        return placement.place(40, seats, links)


@pytest.fixture(scope="module")
def files() -> Plan:
    return plan(SHOP, Places(), environment="production")


@pytest.fixture(scope="module")
def operated() -> Plan:
    return plan(SHOP, Cluster(namespace="prod"), environment="production")


def objects(made: Plan, kind: str) -> Iterator[dict[str, Any]]:
    for path, (text, _) in rendered(made).items():
        if path.startswith("manifests/"):
            yield from (each for each in documents(text) if each["kind"] == kind)


def relabelled(labels: dict[str, str], rules: list[dict[str, Any]]) -> dict[str, str]:
    """As Prometheus relabels a target, for the two actions that are used."""
    found = dict(labels)
    for rule in rules:
        if rule["action"] == "labeldrop":
            found = {k: v for k, v in found.items() if not re.fullmatch(rule["regex"], k)}
            continue
        assert rule["action"] == "replace"
        source = ";".join(found.get(each, "") for each in rule.get("sourceLabels", ()))
        found[rule["targetLabel"]] = rule.get("replacement", source)
    return {key: each for key, each in found.items() if not key.startswith("__") and each}


def discovered(monitor: dict[str, Any]) -> dict[str, str]:
    """The labels of a target before ours: the operator's documentation of a ServiceMonitor."""
    service = monitor["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"]
    return {
        "__meta_kubernetes_pod_name": f"{service}-5d4f-x7k2p",
        "container": service,
        "endpoint": monitor["spec"]["endpoints"][0]["port"],
        "instance": "10.1.2.3:8000",
        "job": service,
        "namespace": "prod",
        "pod": f"{service}-5d4f-x7k2p",
        "service": service,
    }


def said(made: Plan) -> set[frozenset[tuple[str, str]]]:
    """The labels of every target in the files, but for the replica's."""
    found = set()
    texts = config.target_files(made.declarations.targets, made.placement)
    for job, text in texts.items():
        for entry in parsed(text):
            labels = {"job": job, **entry["labels"]}
            if job in {
                *CONTAINERS,
                "alertmanager",
                "watchdog",
            }:  # a cluster collects these in its own way
                continue
            kept = {k: v for k, v in labels.items() if k != "replica" and not k.startswith("__")}
            found.add(frozenset((k, v) for k, v in kept.items() if v))
    return found


def test_a_target_has_the_labels_that_the_rules_were_declared_for(
    files: Plan, operated: Plan
) -> None:
    found = set()
    for each in objects(operated, "ServiceMonitor"):
        (endpoint,) = each["spec"]["endpoints"]
        labels = relabelled(discovered(each), endpoint["relabelings"])
        assert labels["replica"] == labels["pod"]
        assert set(labels) > _DISCOVERED
        found.add(frozenset((k, v) for k, v in labels.items() if k not in _DISCOVERED))
    for each in objects(operated, "Probe"):
        labels = {
            "job": each["spec"]["jobName"],
            **each["spec"]["targets"]["staticConfig"]["labels"],
        }
        found.add(frozenset(labels.items()))
    assert found == said(files)


def test_replicas_are_the_clusters_to_find(operated: Plan) -> None:
    names = [each["metadata"]["name"] for each in objects(operated, "ServiceMonitor")]
    assert names.count("service-web") == 1
    assert len(names) == len(set(names))
    services = {each["metadata"]["name"] for each in objects(operated, "Service")}
    for each in objects(operated, "ServiceMonitor"):
        assert each["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] in services


def _rules(made: Plan) -> dict[tuple[str, str, str], dict[str, Any]]:
    if made.objects:
        groups = [g for each in objects(made, "PrometheusRule") for g in each["spec"]["groups"]]
    else:
        texts = [t for path, (t, _) in rendered(made).items() if "/prometheus/rules/" in path]
        groups = [g for text in texts for g in parsed(text)["groups"]]
    return {
        (group["name"], rule.get("alert", rule.get("record", "")), rule["expr"]): rule
        for group in groups
        for rule in group["rules"]
    }


def test_the_rules_are_the_same_and_their_alerts_know_their_namespace(
    files: Plan, operated: Plan
) -> None:
    contained = {"CrashLooping", "MemoryNearLimit"}  # from the process's own figures instead
    # a cluster collects these figures in its own way
    elsewhere = ("container", "alertmanager_", 'job="watchdog"')
    one = {
        key: each
        for key, each in _rules(files).items()
        if not any(each in key[2] for each in elsewhere)
    }
    other = {key: each for key, each in _rules(operated).items() if key[1] not in contained}
    assert not any("container" in expr for _, _, expr in other)
    added = {key for key in other if key not in one}
    assert set(one) <= set(other)
    assert all(group.endswith(":discovery") for group, _, _ in added)
    for key, rule in one.items():
        twin = other[key]
        if "alert" not in rule:
            assert twin == rule
            continue
        assert twin["labels"] == {**rule["labels"], "namespace": "prod"}
        assert {k: v for k, v in twin.items() if k in {"for", "keep_firing_for"}} == {
            k: v for k, v in rule.items() if k in {"for", "keep_firing_for"}
        }


def test_whatever_is_discovered_is_missed_when_it_is_gone(operated: Plan) -> None:
    alerts = {k: each for k, each in _rules(operated).items() if k[0].endswith(":discovery")}
    monitors = list(objects(operated, "ServiceMonitor"))
    assert len(alerts) == len(monitors)
    page = {
        each["labels"]["service"]
        for each in alerts.values()
        if each["labels"]["severity"] == "page"
    }
    assert page == {"web", "shop", "orders", "queue"}
    assert all(each["labels"]["region"] for each in alerts.values())


@pytest.fixture(scope="module")
def routes(operated: Plan) -> dict[str, Any]:
    (found,) = objects(operated, "AlertmanagerConfig")
    spec: dict[str, Any] = found["spec"]
    return spec


@pytest.fixture(scope="module")
def written(files: Plan) -> dict[str, Any]:
    text, _ = rendered(files)["rendered/alertmanager/alertmanager.yml"]
    found: dict[str, Any] = parsed(text)
    return found


def _matchers(found: list[dict[str, str]]) -> list[str]:
    return [f'{each["name"]}{each["matchType"]}"{each["value"]}"' for each in found]


def test_alerts_take_the_same_ways(routes: dict[str, Any], written: dict[str, Any]) -> None:
    def told(route: dict[str, Any]) -> tuple[Any, ...]:
        if "group_by" in route:
            keys = ("receiver", "group_by", "group_wait", "group_interval", "repeat_interval")
            return (
                route.get("matchers"),
                route.get("mute_time_intervals"),
                *(route[k] for k in keys),
            )
        keys = ("receiver", "groupBy", "groupWait", "groupInterval", "repeatInterval")
        matchers = _matchers(route["matchers"]) if "matchers" in route else None
        return (matchers, route.get("muteTimeIntervals"), *(route[k] for k in keys))

    assert told(routes["route"]) == told(written["route"])
    assert [told(e) for e in routes["route"]["routes"]] == [
        told(e) for e in written["route"]["routes"]
    ]
    assert [each["name"] for each in routes["receivers"]] == [
        e["name"] for e in written["receivers"]
    ]
    held = [
        (_matchers(e["sourceMatch"]), _matchers(e["targetMatch"]), e["equal"])
        for e in routes["inhibitRules"]
    ]
    assert held == [
        (e["source_matchers"], e["target_matchers"], e["equal"]) for e in written["inhibit_rules"]
    ]


def test_a_mute_time_holds_at_the_same_hours(
    routes: dict[str, Any], written: dict[str, Any]
) -> None:
    one, other = routes["muteTimeIntervals"][0], written["time_intervals"][0]
    (hours,), (same,) = one["timeIntervals"], other["time_intervals"]
    assert same.pop("location") == "UTC"
    assert hours["weekdays"] == same["weekdays"]
    assert [list(each.values()) for each in hours["times"]] == [
        list(each.values()) for each in same["times"]
    ]


def test_a_window_holds_on_the_same_days(routes: dict[str, Any], written: dict[str, Any]) -> None:
    found, same = (
        {each["name"]: each[key] for each in document[top] if "/" in each["name"]}
        for document, top, key in (
            (routes, "muteTimeIntervals", "timeIntervals"),
            (written, "time_intervals", "time_intervals"),
        )
    )
    assert set(found) == set(same) == {"maintenance/new-disks", "maintenance/new-racks"}
    days = {
        (*each["years"], *each["months"], f"{days['start']}:{days['end']}")
        for window in found.values()
        for each in window
        for days in each["daysOfMonth"]
    }
    assert days == {
        ("2026", "12", "30:30"), ("2026", "12", "31:31"), ("2027", "1", "1:2"),
        ("2027", "1", "3:3"), ("2027", "2", "6:6"),
    }  # fmt: skip
    times = [each["times"] for each in found["maintenance/new-disks"] if "times" in each]
    assert times == [
        [{"startTime": "22:00", "endTime": "24:00"}],
        [{"startTime": "00:00", "endTime": "04:30"}],
    ]
    assert [len(each) for each in same.values()] == [len(each) for each in found.values()]


def test_every_channel_says_the_same(routes: dict[str, Any], written: dict[str, Any]) -> None:
    for one, other in zip(routes["receivers"], written["receivers"], strict=True):
        for kind in ("slack", "pagerduty", "email"):
            mine, theirs = one.get(f"{kind}Configs", []), other.get(f"{kind}_configs", [])
            assert len(mine) == len(theirs), (one["name"], kind)
            for each, same in zip(mine, theirs, strict=True):
                for key in ("channel", "title", "text", "description", "to", "smarthost", "fields"):
                    assert each.get(key) == same.get(key)
                for key in ("details", "headers"):
                    pairs = {pair["key"]: pair["value"] for pair in each.get(key, ())}
                    assert pairs == same.get(key, {})


def test_no_address_and_no_key_is_written_out(routes: dict[str, Any], operated: Plan) -> None:
    references = [
        each[key]
        for receiver in routes["receivers"]
        for kind in ("slackConfigs", "pagerdutyConfigs", "emailConfigs")
        for each in receiver.get(kind, ())
        for key in ("apiURL", "routingKey", "authPassword")
        if key in each
    ]
    assert {each["key"] for each in references} == {"slack-webhook", "pager-web", "mail-password"}
    assert {each["name"] for each in references} == {"shop-secrets"}
    assert {"slack-webhook", "pager-web", "mail-password"} <= set(operated.secrets)
    assert list(objects(operated, "Secret")) == []


def test_a_rehearsals_addresses_are_no_secret() -> None:
    rehearsed = plan(SHOP, Cluster(namespace="prod"))
    (secret,) = objects(rehearsed, "Secret")
    assert secret["stringData"]["slack-web-page"] == "http://sink.prod.svc:8080/slack/web-page"
    assert "sink" in {each.name for each in rehearsed.workloads}
    assert "fault-proxy" not in {each.name for each in rehearsed.workloads}
