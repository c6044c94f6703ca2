"""Every replica's container: what is expected of it, and what nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.contract.action import Disconnect
from seatrial.contract.scenario import Ability, Expectation, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.compose.runtime import ComposeRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
FIGURES = ("memory", "cpu", "network")
REPLICAS = (
    *(("gateway", 0), ("api", 0), ("api", 1), ("worker", 0)),
    *(("database", 0), ("cache", 0)),
)


@pytest.fixture(scope="module")
def contained(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The reference system in containers; no engine is asked for a plan."""
    return plan(REFERENCE, ComposeRuntime("workflow-platform", tmp_path_factory.mktemp("home")))


def expectation(planned: Plan) -> Expectation:
    found = planned.expectations(planned.scenarios())
    return next(each for each in found if each.name == "coverage/containers")


def sample(subject: str, value: float, **labels: str) -> Observation:
    return Observation(
        at=1.0, source=subject, kind="sample", subject=subject, value=value, labels=labels
    )


def seen(*, without: tuple[str, str] | None = None) -> list[Observation]:
    return [
        sample(figure, 3.0, service=service, replica=str(replica))
        for figure in FIGURES
        for service, replica in REPLICAS
        if (figure, service) != without
    ]


def judged(planned: Plan, observations: list[Observation]) -> Judgement:
    timeline = Timeline().adding(observations)
    return expectation(planned).judge(timeline, 9.0, True)  # noqa: FBT003 - Judge's protocol


def test_every_replica_of_every_service_and_store_is_expected(reference: Plan) -> None:
    assert judged(reference, seen()).state is State.MET
    lacking = judged(reference, seen(without=("cpu", "database")))
    assert lacking.state is State.BROKEN
    assert "cpu of database (replica 0) is never seen" in lacking.reason


def test_what_nobody_can_tell_is_unknown_and_says_why(reference: Plan) -> None:
    why = sample(
        "container_figure_unknown", 1, figure="cpu", reason="r", service="cache", replica="0"
    )
    found = judged(reference, [*seen(without=("cpu", "cache")), why])
    assert (found.state, found.reason) == (State.BLIND, "cpu of cache (replica 0): r")
    # what is told not to be had is no gap
    shared = sample("container_figure_unknown", 1, figure="network", reason="shared")
    assert judged(reference, [*seen(), shared]).state is State.MET


def test_its_figures_carry_the_labels_of_all_others(reference: Plan) -> None:
    targets = [each for each in reference.declarations.targets if each.job == "container"]
    assert {each.subject for each in targets} == {name for name, _ in REPLICAS}
    assert all(each.labels["team"] for each in targets)
    (server,) = (each for each in reference.workloads if each.name == "prometheus")
    (text,) = (each.text for each in server.files if each.path == "targets/container.json")
    for label in ("service", "replica", "region", "team", "__param_target"):
        assert text.count(f'"{label}"') == len(REPLICAS)


def test_one_service_is_cut_off_where_replicas_have_their_own_networks(
    reference: Plan, contained: Plan
) -> None:
    def cut(planned: Plan) -> list[str]:
        return [e.name for e in planned.scenarios() if e.name.startswith("service-cut-off-")]

    assert cut(reference) == []
    (name,) = cut(contained)
    (scenario,) = (each for each in contained.scenarios() if each.name == name)
    subject = name.removeprefix("service-cut-off-")
    assert scenario.injections[0].actions == (Disconnect(workload=subject),)
    assert scenario.needs == {Ability.NETWORK}
    assert subject in scenario.radius
    (expected,) = (e for e in contained.expectations((scenario,)) if e.scenario == name)
    assert expected.expects[0]["service"] == subject


def test_one_workload_alone_is_shown_the_machine(contained: Plan) -> None:
    watching = [each.name for each in contained.workloads if each.watches_machine]
    assert watching == ["container-exporter"]
