"""What the host writes: who hands it on, where, and what its proof must see."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.logs import CAPABILITY, host
from seatrial.contract.action import WriteHostLine
from seatrial.contract.output import Origin
from seatrial.contract.scenario import Ability, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"


@pytest.fixture(scope="module")
def reference() -> Plan:
    return plan(REFERENCE, MemoryRuntime(clock=lambda: 0.0))


def test_one_workload_hands_it_on_and_its_lines_are_the_host_s(reference: Plan) -> None:
    named = {each.name: each for each in reference.workloads}
    assert [each.name for each in named.values() if each.reads_host] == ["host-log"]
    operators = yaml.safe_load(named["otelcol"].files[0].text)["receivers"]["file_log"]["operators"]
    (own,) = (each for each in operators if each.get("value") == "host")
    assert own["if"] == 'resource.service == "host-log"'
    assert own["field"] == "resource.service"


def test_a_daemon_is_asked_by_the_one_program_that_its_image_has(reference: Plan) -> None:
    daemons = [each for each in reference.workloads if each.origin is Origin.DAEMON]
    asked = [each.ready.argv for each in daemons if each.ready and each.ready.argv]
    assert asked
    assert {argv[0] for argv in asked} == {"python"}


def test_it_is_left_out_where_the_file_says_so(reference: Plan) -> None:
    context = reference.contexts["logs"]
    settings = context.settings.model_copy(update={"host": False})
    from dataclasses import replace  # noqa: PLC0415 - one test's own need

    without = replace(context, settings=settings)
    assert "host-log" not in {each.name for each in CAPABILITY.render(without).workloads}
    assert host.SCENARIO not in {each.name for each in CAPABILITY.scenarios(without)}


def test_the_proof_needs_a_machine_that_writes(reference: Plan) -> None:
    (scenario,) = (each for each in reference.scenarios() if each.name == host.SCENARIO)
    assert Ability.HOST_LINES in scenario.needs
    (action,) = scenario.injections[0].actions
    assert isinstance(action, WriteHostLine)
    assert "${now}" in action.text


def row(at: float, written: float, *, service: str = "host", **labels: str) -> Observation:
    text = f"seatrial: seatrialdrill host written={written:.6f}"
    return Observation(
        at=at, source="stored lines", kind="line", subject=service, text=text, labels=labels
    )


def judged(*seen: Observation, over: bool = True) -> Judgement:
    step = Observation(at=10.0, source="drill", kind="step", subject="inject")
    return host.judge(Timeline().adding((step, *seen)), 30.0, over)


def test_a_warning_that_is_found_in_time_is_met() -> None:
    found = judged(row(11.5, 10.0, source="kernel", level="warn"))
    assert (found.state, found.figures[0].value) == (State.MET, 1.5)


@pytest.mark.parametrize("level", ["info", ""])
def test_a_severity_that_was_not_understood_is_broken(level: str) -> None:
    assert judged(row(11.0, 10.0, source="journal", level=level)).state is State.BROKEN
    assert judged(row(11.0, 10.0, source="syslog", level="info")).state is State.MET


def test_a_line_that_is_late_another_s_or_not_there_is_broken() -> None:
    assert judged(row(15.1, 10.0, source="kernel", level="warn")).state is State.BROKEN
    other = row(11.0, 10.0, service="api", source="kernel", level="warn")
    assert judged(other).state is State.BROKEN
    assert judged(other, over=False).state is State.PENDING
