"""Several ways in: each prober walks that of each region, and each is judged by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.metrics.seed import freshen
from seatrial.capabilities.synthetics import accounted
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus import votes
from seatrial.system.problem import Problem

Planned = Callable[..., Plan]
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
    run: front
    ports: {http: 8000}
    metrics: {port: http}
journeys:
  look:
    owner: web
    start: front
    steps: [{get: /}]
slos:
  look: {journey: look, availability: 99.9, window: 30d}
synthetics:
  checks:
    page: {kind: http, service: front}
    elsewhere: {kind: tcp, target: "db.example:5432"}
promises: [R01, R03, R06]
"""
HERE = TEXT.replace("    metrics:", "    regions: [us]\n    metrics:")


def carried(plan: Plan, prober: str) -> dict[str, list[dict[str, Any]]]:
    work = next(each for each in plan.workloads if each.name == prober)
    found: dict[str, list[dict[str, Any]]] = json.loads(
        next(each.text for each in work.files if each.path == "journeys.json")
    )
    return found


@pytest.mark.parametrize("prober", ["prober", "prober-us"])
def test_each_prober_walks_each_regions_own_way_in(planned: Planned, prober: str) -> None:
    plan = planned(TEXT)
    walked = {each["entry"]: each["bases"] for each in carried(plan, prober)["journeys"]}
    assert walked == {
        region: [f"http://{each}" for each in plan.placement.via(prober, name, "http")]
        for region, name in (("eu", "front"), ("us", "front-us"))
    }
    # by a way of its own, which a drill can cut
    ends = {each.target for each in plan.placement.edges if each.source == prober}
    assert {"front", "front-us"} <= ends
    work = next(each for each in plan.workloads if each.name == prober)
    assert {"front", "front-us"} <= set(work.after)


def test_a_check_of_a_service_is_one_in_each_of_its_regions(planned: Planned) -> None:
    plan = planned(TEXT)
    asked = {each["name"]: each["targets"] for each in carried(plan, "prober-us")["checks"]}
    assert {name: asked[name] for name in ("page", "page-us", "elsewhere")} == {
        "page": [f"http://{each}/" for each in plan.placement.via("prober-us", "front", "http")],
        "page-us": [
            f"http://{each}/" for each in plan.placement.via("prober-us", "front-us", "http")
        ],
        "elsewhere": ["db.example:5432"],
    }
    told = {a.labels.get("check") for a in plan.declarations.alerts if a.name == "CheckFailing"}
    assert {"page", "page-us", "elsewhere"} <= told


def test_a_check_may_not_be_called_as_another_is_elsewhere(problems: Problems) -> None:
    text = TEXT.replace("elsewhere:", "page-us:")
    (found,) = problems(text)
    assert (found.code, found.severity.value) == ("ST6105", "error")
    assert "page-us in another region of front" in found.summary
    assert problems(HERE.replace("elsewhere:", "page-us:")) == ()


def test_what_users_get_is_told_and_spent_entry_by_entry(planned: Planned) -> None:
    plan = planned(TEXT)
    failing = [each for each in plan.declarations.alerts if each.name == "JourneyFailing"]
    assert [dict(each.labels) for each in failing] == [
        {"region": "eu", "entry": "eu"},
        {"region": "eu", "entry": "us"},
    ]
    for each in failing:
        other = {"eu": "us", "us": "eu"}[each.labels["entry"]]
        assert f'entry="{each.labels["entry"]}"' in each.expr
        assert f'entry="{other}"' not in each.expr
        assert votes.QUORUM in each.expr
    fast = [each for each in plan.declarations.alerts if each.name == "ErrorBudgetBurnFast"]
    assert [each.labels["entry"] for each in fast] == ["eu", "us"]
    records = {
        (record.record, (record.labels or {}).get("entry"))
        for group in plan.declarations.groups
        for record in group.records
        if group.name.startswith("slo-")
    }
    assert ("journey:journey_errors:ratio_rate1h", "us") in records


def test_each_entry_is_accounted_for_by_itself(planned: Planned) -> None:
    plan = planned(TEXT)
    assert accounted.titles(plan.system, ("eu", "us")) == {
        "look in eu": ("look", "eu"),
        "look in us": ("look", "us"),
    }
    assert accounted.titles(plan.system, ("eu",)) == {"look": ("look", "")}
    which = accounted.selector("look", several=True, entry="us")
    assert 'journey=~"look|",entry=~"us|"' in which


def test_the_seeded_history_is_that_of_each_entry(planned: Planned) -> None:
    home = freshen(planned(TEXT).contexts["metrics"], 1_000_000.0)[0]
    (_, text), *_ = home.files
    seeded = {line.partition("} ")[0] for line in text.splitlines() if "requests_total{" in line}
    told = {re.sub(r".*entry=\"(\w+)\".*region=\"(\w+)\".*", r"\1 by \2", one) for one in seeded}
    assert told == {"eu by eu", "eu by us", "us by eu", "us by us"}


def test_whose_counters_have_a_history_begins_to_count_anew(planned: Planned) -> None:
    """Else the faults that the last drill injected would be told again, in the first seconds."""
    plan = planned(TEXT)
    anew = {each.workload: each.volume for each in freshen(plan.contexts["metrics"], 1_000_000.0)}
    counting = {each.name for each in plan.workloads if each.name.startswith("prober")}
    assert counting == {name for name, volume in anew.items() if not volume} != set()


def test_a_rehearsal_is_no_heavier_for_it(planned: Planned) -> None:
    (eu, us) = carried(planned(TEXT), "prober")["journeys"]
    (one,) = carried(planned(HERE), "prober")["journeys"]
    assert eu["rate"] == us["rate"] == one["rate"] / 2


def test_where_there_is_one_way_in_nothing_is_told_apart(planned: Planned) -> None:
    for text in (HERE, TEXT.replace("  us: {}\n", "")):
        plan = planned(text)
        (found,) = carried(plan, "prober")["journeys"]
        assert "entry" not in found
        files = (file.text for each in plan.workloads for file in each.files)
        assert "entry=" not in "\n".join(files)
        assert [each["name"] for each in carried(plan, "prober")["checks"]][:1] == ["page"]


def test_each_entry_must_be_completed(planned: Planned) -> None:
    plan = planned(TEXT)
    every = {each.name: each for each in plan.expectations(plan.scenarios())}
    (watch,) = every["stack/look"].watches
    assert "journey%2C%20entry" in watch.path
    judged = every["stack/look"].judge(
        Timeline().adding(
            Observation(
                at=1.0,
                source="prometheus",
                kind="sample",
                subject="completed",
                value=value,
                labels={"journey": "look", "entry": entry},
            )
            for entry, value in (("eu", 5.0), ("us", 0.0))
        ),
        2.0,
        True,  # noqa: FBT003 - Judge
    )
    assert judged.state is State.BROKEN
    assert "look of users in us" in judged.reason
