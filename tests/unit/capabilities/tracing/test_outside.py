"""Beside a project: who is to send spans to Jaeger, how he reaches it, and who was not told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.tracing.crossing import crossed, held
from seatrial.contract.action import AlterFile
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.system.problem import Problem, Severity

BESIDE = Path(__file__).parents[4] / "examples/web-shop-trial/seatrial.yaml"
WHERE = "http://web-shop-jaeger:4318"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Places:
    """As the runtime beside: ours have a name on others' networks, theirs have variables."""

    def __init__(self, given: Mapping[str, str]) -> None:
        """By service, where it is told to send its spans."""
        self.given = given

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        found = MemoryRuntime(clock=lambda: 0.0).place(seats, links)
        asked = {each.workload for each in seats if ENDPOINT in each.asks}
        locations = tuple(
            replace(each, found={ENDPOINT: self.given[each.workload]})
            if each.workload in self.given and each.workload in asked
            else replace(each, names=(f"web-shop-{each.workload}",))
            for each in found.locations
        )
        return replace(found, locations=locations)


def shown(given: Mapping[str, str]) -> Plan:
    return plan(BESIDE, Places(given))


TOLD = dict.fromkeys(("storefront", "orders", "mailer"), WHERE)


def told(found: Plan) -> tuple[Problem, ...]:
    return tuple(each for each in found.rendered if each.code == "ST4104")


def test_jaeger_is_met_by_those_that_make_spans_over_http_alone() -> None:
    (jaeger,) = (each for each in shown(TOLD).workloads if each.name == "jaeger")
    assert jaeger.called_by == ("storefront", "orders", "mailer")  # the queue is spanless
    assert jaeger.calls == ()
    found = yaml.safe_load(jaeger.files[0].text)
    protocols = found["receivers"]["otlp"]["protocols"]
    assert protocols["http"] == {"endpoint": "0.0.0.0:${self.ports.otlp-http}"}
    assert jaeger.files[0].text.count("0.0.0.0") == 1


def test_a_jaeger_that_is_altered_is_met_as_before() -> None:
    found = shown(TOLD)
    altered = [
        action.text
        for each in found.expectations(found.scenarios())
        for action in each.control.actions
        if isinstance(action, AlterFile) and action.workload == "jaeger"
    ]
    assert altered
    assert all("0.0.0.0:${self.ports.otlp-http}" in text for text in altered)


def test_nobody_else_is_met_and_nothing_is_told_where_seatrial_runs_the_services(
    reference: Plan,
) -> None:
    assert {each.called_by for each in reference.workloads} == {()}
    assert told(reference) == ()


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, "storefront, orders, mailer"),
        ({**TOLD, "orders": "http://elsewhere:4318"}, "orders"),
        ({**TOLD, "mailer": ""}, "mailer"),
    ],
)
def test_who_is_not_told_is_named_with_the_variable_and_its_value(
    given: Mapping[str, str], names: str
) -> None:
    (found,) = told(shown(given))
    assert found.severity is Severity.WARNING
    assert found.summary == f"nothing tells {names} to send spans to seatrial"
    assert f"set {ENDPOINT}={WHERE} where they run" in found.cure


def test_who_is_told_hears_nothing_more() -> None:
    assert told(shown(TOLD)) == ()
    assert told(shown({**TOLD, "orders": f"{WHERE}/"})) == ()


def test_without_the_promise_nobody_is_told(planned: Callable[..., Plan], shop: str) -> None:
    text = shop + "environments: {rehearsal: {runtime: compose, beside: compose.yaml}}\n"
    assert told(planned(text)) != ()
    assert told(planned(f"{text}promises: [R01]\n")) == ()


def test_a_broker_without_spans_is_asked_for_no_more_than_a_store() -> None:
    system = shown(TOLD).system
    assert crossed(system, "order") == {"storefront", "orders", "queue"}
    assert held(system, "order", ["queue"]) == {"storefront", "orders"}
    assert held(system, "order", []) == {"storefront", "orders", "queue"}
    named = system.journeys["order"].model_copy(update={"through": ("orders", "queue")})
    through = system.model_copy(update={"journeys": {**system.journeys, "order": named}})
    assert held(through, "order", ["queue"]) == {"storefront", "orders", "queue"}
    # who hands the trace on must be in it, spans or not
    assert "storefront" in held(system, "order", ["queue", "storefront"])
