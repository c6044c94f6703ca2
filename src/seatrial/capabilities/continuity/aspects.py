"""What the record of an exercise is held to, and with which defect it must turn red. Pure.

A record is judged as it stands and as a spoiled copy: what would not notice that somebody was
missing, or that a drill had failed, says nothing of those who were there.
"""

from dataclasses import replace

from seatrial.capabilities.continuity import judging
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import BROKEN_RUNGS, Aspect, Lesson, Record, Rung

_DAY = 86400.0


def of(name: str, rung: Rung) -> tuple[Aspect, ...]:
    """The aspects of an exercise of that kind."""
    breaks = rung in BROKEN_RUNGS
    shared = (_attended(name), _followed_up(name))
    return (*((_tested(name), _informed(name), _recovered(name)) if breaks else (_answered(name),)),
            *shared)  # fmt: skip


def _tested(name: str) -> Aspect:
    return Aspect(
        name=f"tested/{name}",
        requirements=("R22.1",),
        summary=f"every failure of {name} was simulated, and the system did as promised each time",
        defect="one of its drills failed",
        judge=judging.tested,
        spoil=lambda record, _now: _failed(record, record.planned.scenarios),
    )


def _attended(name: str) -> Aspect:
    return Aspect(
        name=f"attended/{name}",
        requirements=("R22.2",),
        summary=f"whoever takes part in {name} was there, and was called where it breaks something",
        defect="one of them was not there",
        judge=judging.attended,
        spoil=_absent,
    )


def _answered(name: str) -> Aspect:
    return Aspect(
        name=f"answered/{name}",
        requirements=("R22.2",),
        summary=f"each card of {name} was answered, and the answer written down",
        defect="one of them has no answer",
        judge=judging.answered,
        spoil=_unanswered,
    )


def _informed(name: str) -> Aspect:
    return Aspect(
        name=f"informed/{name}",
        requirements=("R22.3",),
        summary=f"audiences were told before the first drill of {name} and after the last, and"
        " decisions were written down",
        defect="they were never told that it is over",
        judge=judging.informed,
        spoil=lambda record, _now: _untold(record),
    )


def _recovered(name: str) -> Aspect:
    return Aspect(
        name=f"recovered/{name}",
        requirements=("R22.4", "S5"),
        summary=f"what {name} broke came back within RTO and RPO, whole, and all ran as before",
        defect="the drill that brings it back failed",
        judge=judging.recovered,
        spoil=lambda record, _now: _failed(
            record, tuple(each.scenario for each in judging.recovering(record))
        ),
    )


def _followed_up(name: str) -> Aspect:
    return Aspect(
        name=f"followed-up/{name}",
        requirements=("R22.1",),
        summary=f"what {name} found has an owner and a day, and none of it is past its day",
        defect="one of the findings is a day overdue",
        judge=judging.followed_up,
        spoil=_overdue,
        until=lambda record: min((each.due for each in judging.open_(record)), default=None),
    )


def _failed(record: Record, scenarios: tuple[str, ...]) -> Record | None:
    """The first of these drills failed."""
    one = next(iter(record.of(*scenarios)), None)
    if one is None:
        return None
    worse = replace(one, verdict=Verdict.FAILED, reason="it did not come back")
    shown = tuple(worse if each is one else each for each in record.shown)
    return replace(record, shown=shown)


def _absent(record: Record, _now: float) -> Record | None:
    concerned = [each for each in record.present if each in record.planned.takes_part]
    if not concerned:
        return None
    present = tuple("a stranger" if each == concerned[0] else each for each in record.present)
    return replace(record, present=present)


def _unanswered(record: Record, _now: float) -> Record | None:
    if not record.planned.cards:
        return None
    first = record.planned.cards[0]
    return replace(record, answers=tuple(each for each in record.answers if each.card != first))


def _untold(record: Record) -> Record | None:
    if not record.of(record.planned.end):
        return None
    kept = tuple(each for each in record.shown if each.scenario != record.planned.end)
    return replace(record, shown=kept)


def _overdue(record: Record, now: float) -> Record:
    late = Lesson(number=0, text="planted", owner="nobody", due=now - _DAY)
    return replace(record, lessons=(*record.lessons, late))
