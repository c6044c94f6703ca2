"""The pages as an exercise follows them: what can show each line there, and digests of the text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.app.documented import digests, followed, shows
from seatrial.app.plan import Plan, plan
from seatrial.contract.checklist import RUNS, Line
from seatrial.contract.exercise import Exercise
from seatrial.runtimes.local import LocalRuntime

FILE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(FILE, LocalRuntime("documented", tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def disaster(reference: Plan) -> Exercise:
    return next(each for each in reference.exercises() if each.name == "disaster")


def bound(made: Plan, exercise: Exercise, *run: str) -> dict[str, Line]:
    attached = made.expectations(made.scenarios())
    found = followed(made, exercise, attached, frozenset(run))
    return {each.name: each for each in found}


def test_a_line_is_shown_by_what_the_exercise_runs_and_by_nothing_else(
    reference: Plan, disaster: Exercise
) -> None:
    run = (disaster.begin, disaster.end, "restore-database", "follow-restore-database")
    found = bound(reference, disaster, *run)
    assert found["back/database"].shown_by == ("exact/restore-database",)
    assert found["valid/data/database"].shown_by == ("whole/restore-database",)
    assert found["restore-database/1"].shown_by == ("followed/restore-database",)
    assert found["tell/regulator/begin"].shown_by == ("told/exercise-disaster-begin",)
    assert found["call/platform"].shown_by == ("called/exercise-disaster-begin",)
    assert found["valid/runs"].shown_by == (RUNS,)
    assert found["back/gateway"].shown_by == ()
    assert found["backup-database/1"].shown_by == ()  # its drill is not run here
    assert not [each.name for each in found.values() if each.gone]
    assert bound(reference, disaster)["tell/regulator/begin"].shown_by == ()


def test_only_the_pages_that_it_follows_are_asked_for(reference: Plan, disaster: Exercise) -> None:
    checked = bound(reference, replace(disaster, follows=("checklists",)))
    assert {each.page for each in checked.values()} == {"checklists"}
    assert bound(reference, replace(disaster, follows=())) == {}


def test_a_step_whose_drill_does_not_exist_any_more_is_gone(
    reference: Plan, disaster: Exercise
) -> None:
    attached = tuple(
        each
        for each in reference.expectations(reference.scenarios())
        if each.name != "followed/restore-database"
    )
    found = {each.name: each for each in followed(reference, disaster, attached, frozenset())}
    assert [name for name, each in found.items() if each.gone] == [
        f"restore-database/{number}" for number in (1, 2, 3, 4, 5)
    ]


def test_the_drills_that_show_lines_are_those_of_the_pages(
    reference: Plan, disaster: Exercise
) -> None:
    attached = reference.expectations(reference.scenarios())
    found = shows(reference, disaster, attached)
    assert {"restore-database", "follow-restore-database", "follow-backup-database"} <= found
    assert shows(reference, replace(disaster, follows=()), attached) == set()


def test_a_page_has_one_digest_until_what_it_says_changes(reference: Plan, tmp_path: Path) -> None:
    found = digests(reference)
    assert list(found) == ["continuity", "communication", "checklists"]
    assert digests(reference) == found
    other = replace(reference.declarations, audiences=reference.declarations.audiences[:1])
    moved = digests(replace(reference, declarations=other))
    changed = {name for name, digest in found.items() if moved[name] != digest}
    assert changed == {"communication"}
    elsewhere = plan(FILE, LocalRuntime("elsewhere", tmp_path))
    assert digests(elsewhere) == found  # where it runs is no part of a plan
