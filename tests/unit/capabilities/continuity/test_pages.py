"""The pages of an exercise: from the system's own parts, and with the commands that there are."""

from __future__ import annotations

from seatrial.app.exercises.chosen import planned_as
from seatrial.app.plan import Plan
from seatrial.capabilities.continuity.pages import Sources, pages
from seatrial.capabilities.recovery_docs.html import html
from seatrial.capabilities.recovery_docs.markdown import markdown
from seatrial.cli.printed import wrong
from seatrial.contract.document import Document
from seatrial.contract.page import commands
from seatrial.review.impact import Known, impact


def made(reference: Plan, name: str, known: dict[str, Known] | None = None) -> dict[str, Document]:
    exercise = next(each for each in reference.exercises() if each.name == name)
    sources = Sources(
        exercise=exercise,
        planned=planned_as(reference, exercise),
        impact=impact(reference.system, known or {}),
        file="/srv/seatrial.yaml",
        now=1_795_800_000.0,
    )
    found = pages(reference.contexts["continuity"], sources)
    return {each.name: each for each in found}


def test_a_card_says_what_stops_and_what_is_known_of_its_return(reference: Plan) -> None:
    told = markdown(made(reference, "table-top")["exercise-table-top-cards"])
    assert "With it stop: gateway, api, worker." in told
    assert "run-a-workflow" in told
    assert "How long it takes to come back is unknown" in told
    back = Known(least=12.0, whole=False, reason="restored into a copy", evidence="e1", at=1.0)
    measured = made(reference, "table-top", {"database": back})["exercise-table-top-cards"]
    assert "It comes back in more than 12 s: restored into a copy." in markdown(measured)


def test_a_drill_has_no_cards_and_its_script_names_its_drills_and_who_is_told(
    reference: Plan,
) -> None:
    found = made(reference, "recovery")
    assert list(found) == ["exercise-recovery", "exercise-recovery-script"]
    script = markdown(found["exercise-recovery-script"])
    assert "restore-database" in script
    assert "board@acme.example" in script
    assert "authority.example" not in script  # it informs others


def test_each_command_on_each_page_is_one_that_there_is(reference: Plan) -> None:
    lines = [
        line
        for each in reference.exercises()
        for page in made(reference, each.name).values()
        for line in commands(markdown(page))
    ]
    assert len(lines) > 10
    assert [reason for line in lines if (reason := wrong(line))] == []


def test_the_checklist_has_a_box_for_each_who_takes_part_and_each_drill(reference: Plan) -> None:
    page = html(made(reference, "disaster")["exercise-disaster"])
    for word in ("platform has said", "data has said", "regulator was told", "restore-database"):
        assert word in page
