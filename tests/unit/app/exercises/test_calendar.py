"""Which days a calendar has: what is due on its day, and what is overdue today."""

from __future__ import annotations

from dataclasses import replace

from seatrial.app.exercises.calendar import days
from seatrial.app.exercises.listing import Ladder, Row
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import Exercise, Lesson, Planned, Record, Rung
from seatrial.contract.words import day

NOW, DAY = 1_795_800_000.0, 86400.0
EXERCISE = Exercise(
    name="plans",
    rung=Rung.CHECKLIST,
    summary="Still so?",
    every=30 * DAY,
    takes_part=("web",),
    informs=(),
    cards=(),
    wanted=(),
    begin="",
    end="",
    regions=1,
    aspects=(),
    depends=(),
)
RECORD = Record(
    id="a" * 32,
    planned=Planned(name="plans", rung=Rung.CHECKLIST, takes_part=("web",), informs=()),
    rests={},
    begun=NOW - DAY - 60,
    by="ada",
    ended=NOW - DAY,
)
LESSON = Lesson(number=2, text="no phone list", owner="web", due=NOW + 3 * DAY)


def ladder(
    *lessons: Lesson, due: float | None = NOW + 20 * DAY, last: Record | None = RECORD
) -> Ladder:
    row = Row(
        exercise=EXERCISE,
        last=last,
        held=None,
        due=due,
        verdict=Verdict.PROVEN,
        aspects=(),
        lessons=lessons,
    )
    return Ladder(system="shop", environment="rehearsal", now=NOW, rows=(row,), problems=())


def test_an_exercise_is_due_on_its_day() -> None:
    (found,) = days(ladder())
    assert str(found.on) == day(NOW + 20 * DAY)
    assert found.title == "shop: exercise plans"
    assert f"due every 30 days; last held on {day(NOW - DAY)}" in found.text
    assert "seatrial exercise prepare plans" in found.text


def test_what_is_overdue_or_was_never_held_is_due_today() -> None:
    (late,) = days(ladder(due=NOW - 5 * DAY))
    assert str(late.on) == day(NOW)
    assert late.title.endswith(f"(due since {day(NOW - 5 * DAY)})")
    (never,) = days(ladder(due=None, last=None))
    assert str(never.on) == day(NOW)
    assert never.title.endswith("(never held)")
    assert "every 30 days; never held." in never.text
    (broken_off,) = days(ladder(due=None))
    assert "broken off" in broken_off.title


def test_each_finding_has_its_day_and_owner() -> None:
    _, found = days(ladder(LESSON))
    assert str(found.on) == day(LESSON.due)
    assert found.title == "shop: no phone list (web)"
    assert "seatrial exercise mended plans 2 HOW" in found.text
    _, late = days(ladder(replace(LESSON, due=NOW - DAY)))
    assert str(late.on) == day(NOW)


def test_what_moves_keeps_its_name_and_others_have_others() -> None:
    now, then = days(ladder(LESSON)), days(ladder(LESSON, due=NOW + 90 * DAY))
    assert [each.uid for each in now] == [each.uid for each in then]
    other = days(replace(ladder(LESSON), system="port"))
    assert not {each.uid for each in now} & {each.uid for each in other}
