"""When an exercise is due, and what its record is worth today."""

from __future__ import annotations

from dataclasses import replace

from seatrial.app.exercises.listing import Ladder, Row, row
from seatrial.app.exercises.sign import RECORD_FILE
from seatrial.capabilities.continuity import aspects
from seatrial.cli import screen
from seatrial.cli.exercise_screen import code, document
from seatrial.contract.evidence import Artefact, Environment, Evidence, Verdict
from seatrial.contract.exercise import Exercise, Lesson, Planned, Record, Rung
from seatrial.evidence.stale import RELEASED, Today

NOW, DAY = 1_795_800_000.0, 86400.0
EXERCISE = Exercise(
    name="plans",
    rung=Rung.CHECKLIST,
    summary="still so?",
    every=30 * DAY,
    takes_part=("web",),
    informs=(),
    cards=("contact-web",),
    wanted=(),
    begin="",
    end="",
    regions=1,
    aspects=aspects.of("plans", Rung.CHECKLIST),
    depends=(),
)
RECORD = Record(
    id="a" * 32,
    planned=Planned(name="plans", rung=Rung.CHECKLIST, takes_part=("web",), informs=()),
    rests={"exercise:plans": "d" * 64},
    begun=NOW - DAY - 60,
    by="ada",
    ended=NOW - DAY,
)
SUBJECTS = {"exercise:plans": "d" * 64}
TODAY = Today(
    environment="rehearsal",
    subjects={**SUBJECTS, RELEASED: "e" * 64},
    engines={},
    now=NOW,
    rests={each.name: frozenset(SUBJECTS) for each in EXERCISE.aspects},
)


def evidence(name: str, verdict: Verdict = Verdict.PROVEN) -> Evidence:
    return Evidence(
        id=name,
        expectation=name,
        scenario="exercise:plans",
        requirements=("R22.2",),
        summary="x",
        verdict=verdict,
        reason="as it was",
        environment=Environment(name="rehearsal", runtime="local"),
        subjects=SUBJECTS,
        started=NOW - DAY - 60,
        finished=NOW - DAY,
        expires=NOW + 29 * DAY,
        artefacts=(Artefact(name=RECORD_FILE, sha256="f" * 64, media_type="x", size=1),),
    )


KEPT = {each.name: evidence(each.name) for each in EXERCISE.aspects}


def made(
    kept: dict[str, Evidence] | None = None,
    record: Record | None = RECORD,
    today: Today = TODAY,
    held: Record | None = None,
) -> Row:
    found = KEPT if kept is None else kept
    return row(EXERCISE, found, today, record=record, mended=record, held=held)


def standing(*rows: Row) -> int:
    ladder = Ladder(system="shop", environment="rehearsal", now=NOW, rows=rows, problems=())
    return code(ladder)


def test_what_was_never_held_is_unknown_and_due_now() -> None:
    one = made({}, None)
    assert (one.verdict, one.due) == (Verdict.UNKNOWN, None)
    assert standing(one) == screen.UNDETERMINED


def test_what_was_held_is_due_after_its_time_whatever_release_held_it() -> None:
    one = made()
    assert (one.verdict, one.due) == (Verdict.PROVEN, NOW + 29 * DAY)
    assert standing(one) == screen.READY


def test_an_older_record_than_declared_is_stale() -> None:
    one = made(today=replace(TODAY, now=NOW + 30 * DAY))
    assert one.verdict is Verdict.STALE
    assert standing(one) == screen.NOT_READY


def test_a_change_of_the_exercise_makes_it_stale() -> None:
    one = made(today=replace(TODAY, subjects={"exercise:plans": "0" * 64}))
    assert one.verdict is Verdict.STALE


def test_one_that_was_broken_off_is_due_as_if_it_had_not_been() -> None:
    failed = {name: replace(each, verdict=Verdict.FAILED) for name, each in KEPT.items()}
    one = made(failed, replace(RECORD, broken_off="a real incident"))
    assert (one.verdict, one.due) == (Verdict.FAILED, None)
    assert standing(one) == screen.NOT_READY


def test_a_finding_past_its_day_is_shown_and_is_not_ready() -> None:
    late = Lesson(number=1, text="no list", owner="web", due=NOW - DAY)
    done = Lesson(number=2, text="done", owner="web", due=NOW - DAY, done=NOW - 2 * DAY)
    one = made(record=replace(RECORD, lessons=(late, done)))
    assert one.overdue(NOW) == (late,)
    assert standing(one) == screen.NOT_READY
    ladder = Ladder(system="shop", environment="rehearsal", now=NOW, rows=(one,), problems=())
    (told,) = document(ladder)["exercises"]
    assert [each["overdue"] for each in told["findings"]] == [True]


def test_what_is_open_is_named_with_what_is_to_come() -> None:
    planned = replace(RECORD.planned, scenarios=("restore-orders",), rung=Rung.DRILL)
    one = made(held=replace(RECORD, planned=planned, ended=None))
    assert one.held is not None
    assert one.held.left == ("restore-orders",)
