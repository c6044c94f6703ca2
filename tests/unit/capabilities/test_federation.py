"""Several regions: what is rendered for each, for the centre, and for a system that has one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting import worst
from seatrial.contract.action import Kill
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Scenario
from seatrial.system.problem import Problem, Severity

Planned = Callable[..., Plan]
RULES = "rules/federation.yml"
Problems = Callable[[str], tuple[Problem, ...]]
TEXT = """\
seatrial: 1
system: pair
teams:
  web: {chat: "#web"}
regions:
  eu: {home: true}
  us: {}
services:
  front:
    owner: web
    run: front ${back.url}
    ports: {http: 8000}
    metrics: {port: http}
    needs: [back]
  back:
    owner: web
    run: back ${only.url} ${self.region}
    ports: {http: 8000}
    metrics: {port: http}
    needs: [only]
  only:
    owner: web
    run: only
    ports: {http: 8000}
    metrics: {kind: nginx, port: http}
    regions: [us]
promises: [R01, R03]
"""
ONE = TEXT.replace("  us: {}\n", "").replace("    regions: [us]\n", "")


def named(plan: Plan) -> dict[str, Workload]:
    return {each.name: each for each in plan.workloads}


def text(work: Workload, path: str) -> str:
    return next(each.text for each in work.files if each.path == path)


def read(work: Workload, path: str) -> Any:
    return yaml.safe_load(text(work, path))


def test_a_system_with_one_region_pays_for_none_of_it(reference: Plan, planned: Planned) -> None:
    for plan in (reference, planned(ONE)):
        files = (file for each in plan.workloads for file in each.files)
        every = "\n".join(each.text for each in files)
        for word in ("remote_write", "prometheus_replica", "alert_relabel", "RegionSilent"):
            assert word not in every
        own = named(plan)
        assert "centre" not in own
        assert own["prometheus"].replicas == own["alertmanager"].replicas == 1
        assert dict(own["alertmanager"].ports) == {"http": 9093}
        assert "--cluster.listen-address=" in own["alertmanager"].argv
        assert not plan.declarations.links
        assert not [each for each in plan.scenarios() if "region" in each.name]


def test_each_region_has_a_pair_of_both_and_what_watches_it(planned: Planned) -> None:
    own = named(planned(TEXT))
    for name in ("prometheus", "alertmanager"):
        assert [own[each].replicas for each in (name, f"{name}-us")] == [2, 2]
    for name in ("watchdog", "blackbox-exporter", "node-exporter", "container-exporter"):
        assert own[f"{name}-us"].region == "us"
    assert own["centre"].replicas == 1
    assert "--web.enable-remote-write-receiver" in own["centre"].argv


def test_a_region_scrapes_its_own_and_tells_its_own(planned: Planned) -> None:
    plan = planned(TEXT)
    for name, region in (("prometheus", "eu"), ("prometheus-us", "us")):
        server = named(plan)[name]
        lists = [json.loads(e.text) for e in server.files if e.path.startswith("targets/")]
        found = [each for entries in lists for each in entries]
        assert {each["labels"]["region"] for each in found} == {region}
        document = read(server, "prometheus.yml")
        assert document["global"]["external_labels"] == {
            "cluster": "pair",
            "region": region,
            "prometheus_replica": "${self.replica}",
        }
        (told,) = document["alerting"]["alertmanagers"]
        pair = plan.placement.of(name.replace("prometheus", "alertmanager"))
        assert told["static_configs"][0]["targets"] == [str(e.endpoint("http")) for e in pair]
        # two replicas' alerts must be one
        assert document["alerting"]["alert_relabel_configs"] == [
            {"action": "labeldrop", "regex": "prometheus_replica"}
        ]


def test_its_jobs_are_those_that_have_targets_there(planned: Planned) -> None:
    for name in ("prometheus", "prometheus-us"):
        server = named(planned(TEXT))[name]
        jobs = {each["job_name"] for each in read(server, "prometheus.yml")["scrape_configs"]}
        lists = {e.path for e in server.files if e.path.startswith("targets/")}
        assert lists == {f"targets/{each}.json" for each in jobs}
        assert ("service-nginx" in jobs) is (name == "prometheus-us")  # `only` is there alone


def test_samples_go_to_the_centre_by_a_way_that_a_drill_can_cut(planned: Planned) -> None:
    plan = planned(TEXT)
    for name in ("prometheus", "prometheus-us"):
        (remote,) = read(named(plan)[name], "prometheus.yml")["remote_write"]
        (edge,) = [e for e in plan.placement.edges if (e.source, e.target) == (name, "centre")]
        assert remote["url"] == f"http://{edge.listen}/api/v1/write"
        assert remote["queue_config"]["retry_on_http_429"] is True
    assert "fault-proxy" in named(plan)


def test_a_server_ends_within_its_grace_also_when_the_centre_is_gone(planned: Planned) -> None:
    flag = "--storage.remote.flush-deadline=5s"
    found = {name for name, each in named(planned(TEXT)).items() if flag in each.argv}
    assert found == {"prometheus", "prometheus-us"}
    assert not [each for each in planned(ONE).workloads if flag in each.argv]


def test_the_centre_takes_what_is_late_and_misses_each_region(planned: Planned) -> None:
    plan = planned(TEXT)
    centre = named(plan)["centre"]
    document = read(centre, "prometheus.yml")
    assert document["storage"]["tsdb"] == {"out_of_order_time_window": "3h"}
    assert document["scrape_configs"] == []
    rules = [rule for g in read(centre, "rules/centre.yml")["groups"] for rule in g["rules"]]
    silent = [each["labels"] for each in rules if each.get("alert") == "RegionSilent"]
    assert [each["region"] for each in silent] == ["eu", "us"]
    assert {each["team"] for each in silent} == {"web"}
    assert [each["record"] for each in rules if each.get("record", "").endswith("avg30d")]
    for name in ("prometheus", "prometheus-us"):  # which know their own region only
        assert "rules/centre.yml" not in {each.path for each in named(plan)[name].files}


def test_whoever_is_needed_is_met_in_the_own_region(planned: Planned) -> None:
    plan = planned(TEXT)
    own = named(plan)
    back = plan.placement.via("front-us", "back-us", "http")[0]
    assert own["front-us"].argv == ("front", f"http://{back}")
    assert own["front-us"].after[0] == "back-us"
    # one that is in a single region has its plain name there, and is called from both
    assert own["only"].region == "us"
    assert "only-us" not in own
    for caller in ("back", "back-us"):
        only = plan.placement.via(caller, "only", "http")[0]
        assert own[caller].argv[1] == f"http://{only}"


def test_messages_say_which_region(planned: Planned) -> None:
    document = read(named(planned(TEXT))["alertmanager-us"], "alertmanager.yml")
    receiver = next(each for each in document["receivers"] if each["name"] == "web-page")
    (slack,), (mail,) = receiver["slack_configs"], receiver["email_configs"]
    assert slack["title"].endswith("in {{ .CommonLabels.region }}")
    assert mail["headers"]["X-Seatrial-Region"] == "{{ .CommonLabels.region }}"


def test_the_pair_gossips(planned: Planned) -> None:
    plan = planned(TEXT)
    argv = named(plan)["alertmanager-us"].argv
    peers = [each.endpoint("gossip") for each in plan.placement.of("alertmanager-us")]
    assert len(peers) == 2
    assert [e for e in argv if "peer=" in e] == [f"--cluster.peer={each}" for each in peers]


OWN = """\
monitoring:
  centre: {url: "https://mimir.example/api/v1/push", headers: {X-Scope-OrgID: acme}, token: hub}
"""


def test_outside_a_rehearsal_somebody_elses_centre_is_written_to(planned: Planned) -> None:
    plan = planned(TEXT + OWN, environment="production")
    server = named(plan)["prometheus-us"]
    (remote,) = read(server, "prometheus.yml")["remote_write"]
    assert remote["url"] == "https://mimir.example/api/v1/push"
    assert remote["headers"] == {"X-Scope-OrgID": "acme"}
    assert remote["authorization"] == {"credentials_file": "${self.dir}/keys/centre"}
    key = next(each for each in server.files if each.path == "keys/centre")
    assert (key.secret, key.text, server.secrets) == (True, "${secret.hub}", ("hub",))
    assert "centre" not in named(plan)
    assert "centre/rules/centre.yml" in {each.path for each in plan.documents}


def test_a_rehearsal_writes_nothing_into_a_real_centre(planned: Planned) -> None:
    plan = planned(TEXT + OWN)
    assert "centre" in named(plan)
    assert "mimir.example" not in "".join(f.text for e in plan.workloads for f in e.files)


@pytest.mark.parametrize(
    ("centre", "code", "severity", "said"),
    [
        ("region: uk", "ST2111", Severity.ERROR, "uk"),
        ("retention: 20d", "ST2112", Severity.WARNING, "20d"),
        ('url: "http://hub.example/w", token: hub', "ST2113", Severity.WARNING, "clear text"),
        ("token: hub", "ST2114", Severity.WARNING, "neither token nor headers"),
        ("url: hub.example", "ST1308", Severity.ERROR, "no URL"),
        ("headers: {Authorization: x}", "ST1308", Severity.ERROR, "is a secret"),
        ('headers: {"X Y": x}', "ST1308", Severity.ERROR, "no name of a header"),
        ("regoin: eu", "ST1301", Severity.ERROR, "regoin"),
    ],
)
def test_a_centre_that_cannot_be(
    problems: Problems, centre: str, code: str, severity: Severity, said: str
) -> None:
    found = problems(TEXT + f"monitoring:\n  centre: {{{centre}}}\n")
    assert [(each.code, each.severity) for each in found] == [(code, severity)]
    assert said in found[0].summary
    assert found[0].cure
    assert found[0].place is not None
    assert found[0].place.line == len(TEXT.splitlines()) + 2


def test_a_service_may_not_be_called_as_another_is_elsewhere(problems: Problems) -> None:
    text = TEXT.replace("  only:\n", "  back-us:\n").replace("only", "back-us")
    (found,) = problems(text)
    assert found.code == "ST0304"
    assert "back" in found.summary
    assert problems(text.replace("  us: {}\n", "").replace("    regions: [us]\n", "")) == ()


def scenario(plan: Plan, name: str) -> Scenario:
    return next(each for each in plan.scenarios() if each.name == name)


def test_regions_are_cut_from_the_centre_but_the_one_it_stands_in(planned: Planned) -> None:
    names = [each.name for each in planned(TEXT).scenarios() if each.name.startswith("centre-cut-")]
    assert names == ["centre-cut-us"]
    there = planned(TEXT + "monitoring: {centre: {region: us}}\n")
    names = [each.name for each in there.scenarios() if each.name.startswith("centre-cut-")]
    assert names == ["centre-cut-eu"]


def test_every_target_of_every_region_is_expected(planned: Planned) -> None:
    plan = planned(TEXT)
    every = plan.expectations(plan.scenarios())
    coverage = next(each for each in every if each.name == "coverage/all")
    assert {each.workload for each in coverage.watches} == {"prometheus", "prometheus-us"}


def test_the_example_is_planned(tmp_path: Path, planned: Planned) -> None:
    del tmp_path
    example = Path(__file__).parents[3] / "examples/two-regions/seatrial.yaml"
    names = {each.name for each in planned(example.read_text()).scenarios()}
    assert {"centre-cut-us", "pairs-halved"} <= names


# front and back share the first region only; nothing of the fourth tells of its own death
SPREAD = """\
seatrial: 1
system: spread
teams:
  web: {chat: "#web"}
regions:
  eu: {home: true}
  us: {}
  ap: {}
  sa: {}
services:
  front:
    {owner: web, run: front, ports: {http: 8000}, metrics: {port: http}, regions: [eu, us]}
  back:
    {owner: web, run: back, ports: {http: 8000}, metrics: {port: http}, regions: [ap]}
promises: [R01, R03]
"""


def test_each_region_is_cut_whatever_stands_in_it(planned: Planned) -> None:
    plan = planned(SPREAD)
    every = {each.name: each for each in plan.expectations(plan.scenarios())}
    cuts = {each for each in every if "/centre-cut-" in each}
    assert {each for each in cuts if each.startswith("page/")} == {
        "page/centre-cut-us",
        "page/centre-cut-ap",
    }
    assert {each for each in cuts if each.startswith("absence/")} == {
        f"absence/centre-cut-{each}" for each in ("us", "ap", "sa")
    }
    killed = {
        region: [
            each.workload
            for each in scenario(plan, f"centre-cut-{region}").injections[0].actions
            if isinstance(each, Kill)
        ]
        for region in ("us", "ap", "sa")
    }
    assert killed == {"us": ["front-us"], "ap": ["back"], "sa": []}


def test_the_loss_of_the_centres_region_pages_in_time_from_each_other(planned: Planned) -> None:
    plan = planned(SPREAD)
    (group,) = (g for g in plan.declarations.groups if g.name == "federation:centre")
    (rule,) = group.alerts
    assert (rule.severity.value, rule.subject, group.centre) == ("page", "region-eu", False)
    assert 'region!="eu"' in rule.expr  # there it is the death of a process
    assert worst.of_group(group, rule, 5.0) <= 60
    for region in ("us", "ap", "sa"):  # evaluated by what is not lost with it
        assert "CentreUnreachable" in text(named(plan)[f"prometheus-{region}"], RULES)
    # of a pair one is enough: the other one's restart is no lost region
    assert rule.expr.startswith("min by (region)")


def test_the_loss_is_told_by_somebody_elses_centre_where_there_is_one(planned: Planned) -> None:
    plan = planned(TEXT + OWN, environment="production")
    assert "CentreUnreachable" not in text(named(plan)["prometheus-us"], RULES)
    assert "RegionSilent" in next(f.text for f in plan.documents if "centre/rules" in f.path)


def test_a_region_is_lost_with_all_that_could_tell_of_it(planned: Planned) -> None:
    plan = planned(TEXT)
    (injection,) = scenario(plan, "centre-lost").injections
    killed = [each.workload for each in injection.actions if isinstance(each, Kill)]
    assert killed == ["watchdog", "alertmanager", "centre", "prometheus", "front", "back"]
    there = planned(TEXT + "monitoring: {centre: {region: us}}\n")
    (injection,) = scenario(there, "centre-lost").injections
    assert {each.workload for each in injection.actions if isinstance(each, Kill)} == {
        *("watchdog-us", "alertmanager-us", "centre", "prometheus-us"),
        *("front-us", "back-us", "only"),
    }


def test_each_other_region_pages_for_the_lost_one(planned: Planned) -> None:
    plan = planned(SPREAD)
    every = {each.name: each for each in plan.expectations(plan.scenarios())}
    found = {name: each for name, each in every.items() if "/centre-lost" in name}
    assert set(found) == {f"absence/centre-lost-{each}" for each in ("us", "ap", "sa")}
    control = found["absence/centre-lost-ap"].control
    assert control.defect == "the rule CentreUnreachable of region-eu is gone from prometheus-ap"
    assert [each.workload for each in control.actions] == ["prometheus-ap"]
    # who is merely cut off tells the same, and that is no page too many
    told = every["absence/centre-cut-us"].expects
    assert {"alertname": "CentreUnreachable", "region": "us"} in told


def test_a_page_that_nothing_can_be_confused_with_has_a_control_all_the_same(
    planned: Planned,
) -> None:
    plan = planned(SPREAD)
    once = {
        each.name: each.control
        for each in plan.expectations(plan.scenarios())
        if each.name.startswith("once/pairs-halved-")
    }
    assert set(once) == {f"once/pairs-halved-{each}" for each in ("eu", "us", "ap")}
    assert all(each.actions for each in once.values())
    assert "front bear" not in once["once/pairs-halved-ap"].defect
    assert once["once/pairs-halved-ap"].defect.endswith("of back is gone from prometheus-ap")
    assert once["once/pairs-halved-eu"].defect == "the alerts of us bear the labels of eu"


def test_a_region_that_is_lost_is_no_gap_in_the_mean(planned: Planned) -> None:
    (group,) = (
        each
        for each in read(named(planned(TEXT))["centre"], "rules/centre.yml")["groups"]
        if each["name"] == "centre:rollups"
    )
    exprs = {each["record"]: each["expr"] for each in group["rules"]}
    for name in ("region:up:ratio", "region:probe_success:ratio"):
        for region in ("eu", "us"):
            assert f'or label_replace(vector(0), "region", "{region}", "", "")' in exprs[name]
