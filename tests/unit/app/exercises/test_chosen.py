"""Which drills an exercise runs: those that are named, or all that bring something back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.app.exercises.chosen import planned_as
from seatrial.app.plan import Plan, plan
from seatrial.app.unclear import Unclear
from seatrial.contract.exercise import Exercise
from seatrial.runtimes.local import LocalRuntime

EXAMPLES = Path(__file__).parents[4] / "examples"


def planned(name: str, folder: Path) -> Plan:
    return plan(EXAMPLES / name / "seatrial.yaml", LocalRuntime("tried", folder))


def exercise(made: Plan, name: str) -> Exercise:
    return next(each for each in made.exercises() if each.name == name)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned("workflow-platform", tmp_path_factory.mktemp("home"))


def test_a_drill_runs_what_it_names_and_its_people_are_told_around_it(reference: Plan) -> None:
    found = planned_as(reference, exercise(reference, "recovery"))
    assert found.steps == (
        *("exercise-recovery-begin", "restore-database", "exercise-recovery-end"),
    )
    assert (found.regions, found.wide) == (1, ())


def test_a_full_one_runs_all_that_brings_something_back_and_no_other_exercise(
    reference: Plan,
) -> None:
    found = planned_as(reference, exercise(reference, "disaster")).scenarios
    assert {"restore-database", "follow-restore-database"} <= set(found)
    assert "follow-backup-database" in found  # a page that it follows
    assert not [each for each in found if each.startswith(("exercise-", "service-down"))]


def test_a_table_top_touches_nothing(reference: Plan) -> None:
    found = planned_as(reference, exercise(reference, "table-top"))
    assert (found.steps, found.cards) == ((), ("lost-database", "lost-gateway"))


def test_a_drill_that_there_is_not_is_said_with_those_that_there_are(reference: Plan) -> None:
    wrong = replace(exercise(reference, "recovery"), wanted=("restore-databse",))
    with pytest.raises(Unclear, match=r"no scenario begins so; there are .*restore-database"):
        planned_as(reference, wrong)


def test_of_several_regions_a_full_one_loses_one(tmp_path: Path) -> None:
    text = (EXAMPLES / "two-regions/seatrial.yaml").read_text(encoding="utf-8")
    assert "\npromises:" in text
    file = tmp_path / "seatrial.yaml"
    kept = [each for each in text.splitlines() if not each.startswith("promises:")]
    file.write_text("\n".join(kept), encoding="utf-8")
    made = plan(file, LocalRuntime("tried", tmp_path))
    found = planned_as(made, exercise(made, "disaster"))
    assert found.regions == 2
    assert found.wide == ("centre-lost",)
    assert "centre-lost" not in planned_as(made, exercise(made, "recovery")).scenarios


def test_a_store_that_goes_on_elsewhere_is_part_of_a_full_one(tmp_path: Path) -> None:
    text = (EXAMPLES / "failover-regions/seatrial.yaml").read_text(encoding="utf-8")
    file = tmp_path / "seatrial.yaml"
    file.write_text(text.replace("R21]", "R21, R22]"), encoding="utf-8")
    for each in (EXAMPLES / "failover-regions").glob("*.py"):
        (tmp_path / each.name).write_bytes(each.read_bytes())
    made = plan(file, LocalRuntime("tried", tmp_path))
    found = planned_as(made, exercise(made, "disaster"))
    assert "region-lost-database" in found.wide
    assert "region-lost-database" in found.scenarios
