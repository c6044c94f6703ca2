"""What the record of an exercise is held to, and with which defect it must turn red. Pure.

A record is judged as it stands and as a spoiled copy: what would not notice that somebody was
missing, or that a drill had failed, says nothing of those who were there.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from seatrial.capabilities.continuity import following, judging
from seatrial.contract.checklist import CHECKLISTS, COMMUNICATION, CONTINUITY, Line
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import BROKEN_RUNGS, Aspect, Lesson, Record, Rung

_DAY = 86400.0


def of(name: str, rung: Rung, follows: tuple[str, ...] = ()) -> tuple[Aspect, ...]:
    """The aspects of an exercise of that kind, which follows these pages."""
    breaks = rung in BROKEN_RUNGS
    shared = (_attended(name), _followed_up(name))
    own = (_tested(name), _informed(name), _recovered(name)) if breaks else (_answered(name),)
    pages = tuple(_FOLLOWED[page](name) for page in follows)
    return (*own, *shared, *pages)


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


def _continuity(name: str) -> Aspect:
    return Aspect(
        name=f"{CONTINUITY}/{name}",
        requirements=("R18.3",),
        summary=f"each line of the continuity plan was done in {name} as it stands there",
        defect="a part was brought back by nobody",
        judge=following.done_as_written(CONTINUITY),
        spoil=lambda record, _now: _undone(record, CONTINUITY),
        page=CONTINUITY,
    )


def _communication(name: str) -> Aspect:
    return Aspect(
        name=f"{COMMUNICATION}/{name}",
        requirements=("R18.3",),
        summary=f"each line of the communication plan was done in {name} as it stands there",
        defect="the plan names an audience that the exercise does not reach",
        judge=following.done_as_written(COMMUNICATION),
        spoil=lambda record, _now: _unreached(record),
        page=COMMUNICATION,
    )


def _checklists(name: str) -> Aspect:
    return Aspect(
        name=f"{CHECKLISTS}/{name}",
        requirements=("R18.4",),
        summary=f"each line of the checklists was done in {name} as it stands there",
        defect="a step was done by nobody",
        judge=following.done_as_written(CHECKLISTS),
        spoil=lambda record, _now: _undone(record, CHECKLISTS),
        page=CHECKLISTS,
    )


_FOLLOWED: Mapping[str, Callable[[str], Aspect]] = {
    CONTINUITY: _continuity,
    COMMUNICATION: _communication,
    CHECKLISTS: _checklists,
}


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


def _unreached(record: Record) -> Record:
    told = [each for each in record.of(record.planned.begin) if "R22.3" in each.requirements]
    planted = Line(
        name="tell/planted/begin",
        page=COMMUNICATION,
        text="planted are told what is known",
        shown_by=tuple(each.expectation for each in told),
        needs=("planted told after",),
        by_hand=False,
    )
    return _asked(record, planted)


def _undone(record: Record, page: str) -> Record:
    """The first line that somebody ticked is not ticked; where there is none, one is planted."""
    own = {each.name for each in record.planned.lines if each.page == page}
    tick = next((each for each in record.ticks if each.card in own), None)
    if tick is not None:
        return replace(record, ticks=tuple(each for each in record.ticks if each is not tick))
    return _asked(record, Line(name="planted", page=page, text="Somebody has looked"))


def _asked(record: Record, line: Line) -> Record:
    planned = replace(record.planned, lines=(*record.planned.lines, line))
    return replace(record, planned=planned)


def _overdue(record: Record, now: float) -> Record:
    late = Lesson(number=0, text="planted", owner="nobody", due=now - _DAY)
    return replace(record, lessons=(*record.lessons, late))
