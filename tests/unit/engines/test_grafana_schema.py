"""Grafana's schema: takes every board of the reference system, and objects to each wrong type."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import plan
from seatrial.engines.grafana import schema
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    made = plan(REFERENCE, MemoryRuntime(clock=lambda: 0.0))
    found = {each.path: each.text for each in made.documents if "/dashboards/" in each.path}
    return {path: text for path, text in found.items() if path.endswith(".json")}


def test_every_board_of_the_reference_system_is_valid(texts: dict[str, str]) -> None:
    assert len(texts) > 5
    assert {path: schema.problems(text) for path, text in texts.items()} == dict.fromkeys(texts, ())


def spoil(text: str, change: Callable[[dict[str, Any]], Any]) -> tuple[str, ...]:
    document = json.loads(text)
    change(document)
    return schema.problems(json.dumps(document))


def first(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["panels"] if each["type"] != "row")
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: first(one).update(type="graf"), "panels[1].type: 'graf' is no kind of panel"),
        (lambda one: first(one).update(id="1"), "panels[1].id: a text stands where a whole number"),
        (lambda one: first(one).update(tipe=1), "panels[1].tipe: there is no such key"),
        (lambda one: first(one).pop("type"), "panels[1].type: it must be there"),
        (lambda one: first(one).update(targets={}), "panels[1].targets: an object stands where a"),
        (lambda one: one.update(tags="a"), "tags: a text stands where a list"),
        (lambda one: one.update(graphTooltip=7), "graphTooltip: 7 is none of 0, 1, 2"),
        (lambda one: one.update(title=True), "title: true or false stands where a text"),
        (
            lambda one: first(one)["targets"][0].update(instant="yes"),
            "panels[1].targets[0].instant: a text stands where true or false",
        ),
        (
            lambda one: first(one)["options"].update(colorMode="loud"),
            "panels[1].options.colorMode: 'loud' is none of",
        ),
        (
            lambda one: first(one)["fieldConfig"]["defaults"]["thresholds"].update(mode="rough"),
            "panels[1].fieldConfig.defaults.thresholds.mode: 'rough' is none of",
        ),
        (
            lambda one: next(each for each in one["panels"] if each["type"] == "timeseries")[
                "fieldConfig"
            ]["defaults"]["custom"].update(lineWidth="thin"),
            ".fieldConfig.defaults.custom.lineWidth: a text stands where a number",
        ),
        (lambda one: one["panels"][0].update(collapsed=1), "panels[0].collapsed: a whole number"),
    ],
)
def test_a_wrong_type_is_named_with_its_place(
    texts: dict[str, str], change: Callable[[dict[str, Any]], Any], said: str
) -> None:
    overview = next(text for path, text in texts.items() if path.endswith("overview.json"))
    assert any(said in each for each in spoil(overview, change)), spoil(overview, change)


def test_what_is_no_json_is_said() -> None:
    (told,) = schema.problems("{")
    assert told.startswith("it is no JSON: ")
    assert schema.problems("[]") == ("the board: a list stands where an object belongs",)
