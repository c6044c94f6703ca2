"""Nothing that watches may die unheard: of what is scraped, and of what looks for attacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.detection.watching import DETECTOR, group
from seatrial.contract.declaration import Severity
from seatrial.engines.vmalert import workload as vmalert
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[4] / "examples/workflow-platform/seatrial.yaml"
# What tells that it is gone without its own `up`: the watchdog outside.
OUTSIDE = {"prometheus", "alertmanager"}


@pytest.fixture(scope="module")
def reference() -> Plan:
    return plan(REFERENCE, MemoryRuntime(clock=lambda: 0.0))


def test_whatever_belongs_to_the_monitoring_is_told_when_it_is_gone(reference: Plan) -> None:
    heard = " ".join(each.expr for each in reference.declarations.alerts)
    scraped = [each for each in reference.declarations.targets if each.kind == "monitoring"]
    told = {each.workload for each in scraped if re.search(rf'up\{{job="{each.job}"', heard)}
    assert told >= {vmalert.NAME, DETECTOR}
    assert {each.workload for each in scraped} - told <= OUTSIDE


@pytest.mark.parametrize(
    "figure",
    [
        "detector_last_look_timestamp_seconds",
        "detector_truncated_total",
        "detector_refusals_total",
        "vmalert_execution_errors_total",
        "vmalert_alerts_send_errors_total",
    ],
)
def test_what_looks_for_attacks_is_watched_itself(reference: Plan, figure: str) -> None:
    (rule,) = (each for each in reference.declarations.alerts if figure in each.expr)
    assert rule.subject in {vmalert.NAME, DETECTOR}
    assert rule.severity is Severity.TICKET
    assert rule.owner == "platform"
    assert rule.test is not None


def test_each_is_a_rule_of_one_name_with_a_test() -> None:
    alerts = group("ops").alerts
    names = [each.name for each in alerts]
    assert len(names) == len(set(names)) == 6
    assert all(each.test and each.owner == "ops" for each in alerts)
