"""Tracing of the reference system: what is declared, rendered, attached and refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan, Refused, plan
from seatrial.capabilities.tracing.crossing import callers, crossed
from seatrial.contract.output import Workload
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[4] / "examples/workflow-platform/seatrial.yaml"


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(REFERENCE, MemoryRuntime(clock=lambda: 0.0))


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Plan]:
    """The reference system with a part of its file replaced."""

    def make(old: str, new: str) -> Plan:
        text = REFERENCE.read_text(encoding="utf-8")
        assert old in text
        shutil.copytree(REFERENCE.parent / "gateway", tmp_path / "gateway")
        file = tmp_path / "seatrial.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return plan(file, MemoryRuntime(clock=lambda: 0.0))

    return make


def _workload(planned: Plan, name: str) -> Workload:
    return next(each for each in planned.workloads if each.name == name)


def test_services_and_the_prober_are_told_where_spans_go(planned: Plan) -> None:
    endpoint = planned.placement.endpoint("jaeger", "otlp-http")
    for name in ("api", "worker", "gateway", "prober"):
        env = _workload(planned, name).env
        assert env["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://{endpoint}"
        assert env["OTEL_SERVICE_NAME"] == name
        assert f"service.instance.id={name}-${{self.replica}}" in env["OTEL_RESOURCE_ATTRIBUTES"]
    assert not any(key.startswith("OTEL_") for key in _workload(planned, "database").env)


def test_a_service_keeps_what_it_sets_itself(changed: Callable[[str, str], Plan]) -> None:
    text = "      WORKER_METRICS_HOST:"
    found = changed(text, f"      OTEL_SERVICE_NAME: mine\n{text}")
    assert _workload(found, "worker").env["OTEL_SERVICE_NAME"] == "mine"
    assert _workload(found, "api").env["OTEL_SERVICE_NAME"] == "api"


def test_nothing_of_it_is_there_when_it_is_not_promised(
    changed: Callable[[str, str], Plan],
) -> None:
    found = (
        changed("R04", "R05") if "R04, R05" not in REFERENCE.read_text() else changed("R04, ", "")
    )
    assert not any(each.name == "jaeger" for each in found.workloads)
    assert "OTEL_SERVICE_NAME" not in _workload(found, "api").env
    scenarios = found.scenarios()
    assert not any(
        each.name.startswith(("trace/", "spans/", "persistence/jaeger"))
        for each in found.expectations(scenarios)
    )


def test_jaegers_file_keeps_on_disk_and_counts_before_it_drops(planned: Plan) -> None:
    text = _workload(planned, "jaeger").files[0].text
    found = yaml.safe_load(text)
    badger = found["extensions"]["jaeger_storage"]["backends"]["traces"]["badger"]
    assert badger["ephemeral"] is False
    assert badger["ttl"]["spans"] == "168h"
    pipelines = found["service"]["pipelines"]
    assert "spanmetrics" in pipelines["traces/in"]["exporters"]
    assert "tail_sampling" not in pipelines["traces/in"]["processors"]
    policies = [each["name"] for each in found["processors"]["tail_sampling"]["policies"]]
    assert policies == ["errors", "slow", "every seatrial.journey", "the rest"]


def test_jaegers_garbage_is_collected_before_spans_are_refused_for_it(planned: Plan) -> None:
    jaeger = _workload(planned, "jaeger")
    limiter = yaml.safe_load(jaeger.files[0].text)["processors"]["memory_limiter"]
    refused = (limiter["limit_mib"] - limiter["spike_limit_mib"]) * 2**20
    assert int(jaeger.env["GOMEMLIMIT"]) < 0.95 * refused


def test_expectations_attach_to_scenarios_that_are_there(planned: Plan) -> None:
    scenarios = planned.scenarios()
    found = {each.name for each in planned.expectations(scenarios)}
    assert {"trace/browse", "trace/run-a-workflow", "persistence/jaeger"} <= found
    assert {"spans/service-down-gateway", "spans/store-down-database"} <= found
    assert "spans/service-down-api" not in found  # only the gateway calls it, which makes no spans


def test_what_a_journey_crosses(planned: Plan) -> None:
    assert crossed(planned.system, "run-a-workflow") == {"gateway", "api", "worker"}
    assert crossed(planned.system, "browse") == {"gateway", "api"}
    assert callers(planned.system, "gateway", ()) == {"prober"}
    assert callers(planned.system, "database", ()) == {"api", "worker"}
    assert callers(planned.system, "api", ("gateway",)) == frozenset()


@pytest.mark.parametrize(
    ("written", "code"),
    [("  owner: nobody\n", "ST4101"), ("  spanless: {nobody: gone}\n", "ST4102")],
)
def test_names_that_lead_nowhere_are_refused(
    changed: Callable[[str, str], Plan], written: str, code: str
) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    begin = text.index("tracing:\n")
    section = text[begin : text.index("\n\n", begin)]
    with pytest.raises(Refused) as refused:
        changed(section, "tracing:\n" + written.rstrip())
    assert [each.code for each in refused.value.problems if each.code == code] == [code]


def test_a_control_alters_the_file_that_is_rendered(planned: Plan) -> None:
    expectation = next(
        each
        for each in planned.expectations(planned.scenarios())
        if each.name == "spans/store-down-database"
    )
    (action,) = expectation.control.actions
    file = _workload(planned, "jaeger").files[0]
    assert action.path == file.path  # type: ignore[union-attr]
    assert replace(file, text=action.text) != file  # type: ignore[union-attr]
    assert "status_code" not in action.text.partition("policies:")[2].partition("batch:")[0]  # type: ignore[union-attr]
