"""What is planned beside a project that runs without seatrial: seen as a stranger sees it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.metrics import judges
from seatrial.contract.action import CutEdge
from seatrial.contract.scenario import Ability, Judgement, State
from seatrial.contract.timeline import Timeline

BESIDE = "environments: {rehearsal: {runtime: compose, beside: compose.yaml}}\n"
STORE = 'database: {engine: postgres, version: "15", owner: data'


@pytest.fixture
def beside(planned: Callable[..., Plan], shop: str) -> Plan:
    return planned(shop + BESIDE)


@pytest.fixture
def exported(planned: Callable[..., Plan], shop: str) -> Plan:
    exporter = "  db-exporter:\n    owner: data\n    image: exporter:1\n    ports: {http: 9187}\n"
    text = shop.replace("stores:", f"{exporter}    metrics: {{port: http}}\nstores:", 1)
    return planned(text.replace(STORE, f"{STORE}, exporter: db-exporter") + BESIDE)


def test_nothing_of_theirs_is_started_and_no_proxy_stands_between(beside: Plan) -> None:
    attached = {each.name for each in beside.workloads if each.attached}
    assert attached == {"gateway", "api", "database"}
    assert beside.placement.edges == ()
    assert not any(each.argv or each.image for each in beside.workloads if each.attached)
    assert "fault-proxy" not in {each.name for each in beside.workloads}


def test_ours_reach_no_more_than_they_need(beside: Plan) -> None:
    calls = {each.name: each.calls for each in beside.workloads if not each.attached}
    assert calls.pop("prometheus") == ("api",)
    assert calls.pop("blackbox-exporter") == ("database", "gateway")
    assert calls.pop("prober") == ("gateway",)
    # it asks nobody, but must know whose address a name is
    assert calls.pop("container-exporter") == ("api", "database", "gateway")
    assert set(calls.values()) == {()}


def test_a_store_without_a_password_is_probed(beside: Plan) -> None:
    found, contained = (e for e in beside.declarations.targets if e.subject == "database")
    assert (contained.kind, contained.through) == ("container", ("container-exporter", "http"))
    assert (found.kind, found.params) == ("store", {"module": "tcp_connect"})
    alerts = {each.name: each for each in beside.declarations.alerts if each.subject == "database"}
    assert "probe_success" in alerts["StoreDown"].expr
    assert not any("pg_" in each.expr for each in alerts.values())
    secrets = {name for each in beside.workloads for name in each.secrets}
    assert "database" not in secrets


def test_a_store_with_an_exporter_of_its_own_is_measured(exported: Plan) -> None:
    (found,) = (each for each in exported.declarations.targets if each.kind == "store")
    assert (found.subject, found.workload, found.through) == ("database", "db-exporter", None)
    alerts = [each for each in exported.declarations.alerts if each.subject == "database"]
    assert any("pg_up" in each.expr for each in alerts)
    assert len(alerts) > 1


def _coverage(planned: Plan) -> Judgement:
    (found,) = (
        each for each in planned.expectations(planned.scenarios()) if each.name == "coverage/all"
    )
    return found.judge(Timeline(), 0.0, True)  # noqa: FBT003 - Judge's protocol


def test_what_nobody_can_see_is_never_green() -> None:
    def met(_timeline: Timeline, _now: float, _over: bool) -> Judgement:  # noqa: FBT001 - Judge
        return Judgement(state=State.MET, reason="all is well")

    found = judges.lacking(met, "of db nothing is seen")(Timeline(), 0.0, True)  # noqa: FBT003
    assert found.state is State.BLIND
    assert found.reason == "all is well; but of db nothing is seen"


def test_a_broken_collection_stays_broken(beside: Plan) -> None:
    assert _coverage(beside).state is not State.MET


def test_a_link_that_cannot_be_cut_is_asked_for_nevertheless(beside: Plan) -> None:
    cuts = [
        each
        for each in beside.scenarios()
        if any(isinstance(one, CutEdge) for two in each.injections for one in two.actions)
    ]
    assert [each.name for each in cuts] == ["link-cut-api-database"]
    assert all(Ability.FAULT_PROXY in each.needs for each in cuts)


def test_the_same_promises_are_asked_for_as_of_a_system_that_seatrial_runs(
    beside: Plan, planned: Callable[..., Plan], shop: str
) -> None:
    whole = {each.name for each in planned(shop).scenarios()}
    slow = {each for each in whole if each == "culprits"}  # no proxy carries calls there
    assert slow
    attacks = {"attacks", "watchers-stopped"}  # what would tell of them keeps its own logs
    assert {each.name for each in beside.scenarios()} == whole - slow - attacks


def test_it_is_planned_with_as_many_replicas_as_there_are(beside: Plan) -> None:
    entries = json.loads(_targets(beside, "service-metrics"))
    assert [each["labels"]["replica"] for each in entries] == ["0", "1"]


def _targets(planned: Plan, job: str) -> str:
    (server,) = (each for each in planned.workloads if each.name == "prometheus")
    return next(each.text for each in server.files if each.path == f"targets/{job}.json")
