"""Judges of a record. Pure: of (record, now in seconds since the epoch) to a judgement.

What nobody wrote down and nobody measured is unknown, never good. An exercise that was broken off
showed nothing: each aspect of it has failed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import Lesson, Record, Rung, Shown
from seatrial.contract.scenario import Figure, Judgement, State
from seatrial.contract.words import day, duration

Judge = Callable[[Record, float], Judgement]
_RECOVERY = ("R18.2", "R20.", "R21.", "S5")  # ids whose proofs bring something back
_WHOLE = frozenset({"R20.4", "R21.2"})  # those that look for lost or damaged data
_TIMED = "S5"


def recovers(requirements: tuple[str, ...]) -> bool:
    """Whether what cites these brings something back."""
    return any(each.startswith(_RECOVERY) for each in requirements)


def recovering(record: Record) -> tuple[Shown, ...]:
    """What was shown of what came back."""
    shown = record.of(*record.planned.scenarios)
    return tuple(each for each in shown if recovers(each.requirements))


def open_(record: Record) -> tuple[Lesson, ...]:
    """The findings that are not mended."""
    return tuple(each for each in record.lessons if not each.done)


def to_its_end(judge: Judge) -> Judge:
    """One that was broken off has failed, whatever else is in its record."""

    @wraps(judge)
    def judged(record: Record, now: float) -> Judgement:
        if record.broken_off:
            return Judgement(state=State.BROKEN, reason=f"broken off: {record.broken_off}")
        return judge(record, now)

    return judged


@to_its_end
def tested(record: Record, _now: float) -> Judgement:
    """Each drill was run, and all of it proven; a full one loses a region where there are more."""
    planned = record.planned
    figures = (
        Figure(
            name="drills run",
            value=len(planned.scenarios) - len(set(record.left) & set(planned.scenarios)),
            unit="",
            target=len(planned.scenarios),
            bound="==",
        ),
    )
    if not planned.scenarios:
        reason = "it breaks nothing here: no drill was chosen"
        return Judgement(state=State.BLIND, reason=reason)
    wrong = _worst(record.of(*planned.scenarios), planned.scenarios)
    if wrong is not None:
        return Judgement(state=wrong[0], reason=wrong[1], figures=figures)
    if planned.rung is Rung.FULL and planned.regions > 1 and not planned.wide:
        reason = "no region was lost in it"
        return Judgement(state=State.BLIND, reason=reason, figures=figures)
    reason = f"{len(planned.scenarios)} drills, all that was expected of them was seen"
    return Judgement(state=State.MET, reason=reason, figures=figures)


@to_its_end
def attended(record: Record, _now: float) -> Judgement:
    """All who take part were there, by the record, and were called where it broke something."""
    planned = record.planned
    if not planned.takes_part:
        return Judgement(state=State.BLIND, reason="the file names nobody who takes part")
    missing = [each for each in planned.takes_part if each not in record.present]
    figure = Figure(
        name="present",
        value=len(planned.takes_part) - len(missing),
        unit="",
        target=len(planned.takes_part),
        bound="==",
    )
    if not record.present:
        reason = "nobody wrote down who was there"
        return Judgement(state=State.BLIND, reason=reason, figures=(figure,))
    if missing:
        reason = f"not there: {', '.join(missing)}"
        return Judgement(state=State.BROKEN, reason=reason, figures=(figure,))
    called = tuple(each for each in record.of(planned.begin) if "R22.2" in each.requirements)
    if planned.begin:
        wrong = _worst(called, (planned.begin,))
        if wrong is not None:
            return Judgement(state=wrong[0], reason=wrong[1], figures=(figure,))
    reason = f"there were {', '.join(record.present)}"
    return Judgement(state=State.MET, reason=reason, figures=(figure,))


@to_its_end
def answered(record: Record, _now: float) -> Judgement:
    """Each card has an answer."""
    cards = record.planned.cards
    if not cards:
        return Judgement(state=State.BLIND, reason="it asks nothing: there is no card")
    known = {each.card for each in record.answers}
    missing = [each for each in cards if each not in known]
    figure = Figure(
        name="cards answered",
        value=len(cards) - len(missing),
        unit="",
        target=len(cards),
        bound="==",
    )
    if missing:
        reason = f"without an answer: {', '.join(missing)}"
        return Judgement(state=State.BROKEN, reason=reason, figures=(figure,))
    return Judgement(state=State.MET, reason=f"{len(cards)} cards answered", figures=(figure,))


@to_its_end
def informed(record: Record, _now: float) -> Judgement:
    """Told before the first drill and after the last, and what was decided is written down."""
    planned = record.planned
    if not planned.informs:
        reason = "the file names no audience: customers, management and authorities are not told"
        return Judgement(state=State.BLIND, reason=reason)
    stages = {"that it begins": planned.begin, "that it is over": planned.end}
    told = {
        what: tuple(each for each in record.of(stage) if "R22.3" in each.requirements)
        for what, stage in stages.items()
    }
    figures = tuple(
        replace(one, name=f"{one.name}: {what}")
        for what, shown in told.items()
        for each in shown
        for one in each.figures
    )
    never = [what for what, shown in told.items() if not shown]
    wrong = f"they were never told {never[0]}" if never else _out_of_order(record, *told.values())
    found = (
        (State.BROKEN, wrong)
        if wrong
        else _worst(tuple(each for shown in told.values() for each in shown), ())
    )
    if found is None and not record.decisions:
        found = State.BLIND, "they were told, and no decision was written down"
    if found is not None:
        return Judgement(state=found[0], reason=found[1], figures=figures)
    count = len(record.decisions)
    reason = f"{', '.join(planned.informs)} were told at both ends; decisions written down: {count}"
    return Judgement(state=State.MET, reason=reason, figures=figures)


def _out_of_order(record: Record, first: tuple[Shown, ...], last: tuple[Shown, ...]) -> str:
    """What was told at the wrong time, in a sentence; or empty."""
    drills = record.of(*record.planned.scenarios)
    if not drills:
        return ""
    if max(each.finished for each in first) > min(each.started for each in drills):
        return "the first drill had begun before they were told"
    if min(each.started for each in last) < max(each.finished for each in drills):
        return "they were told that it is over before it was"
    return ""


@to_its_end
def recovered(record: Record, _now: float) -> Judgement:
    """What was lost came back in time and whole, and in the end all ran as it should."""
    shown = recovering(record)
    if not shown:
        return Judgement(state=State.BLIND, reason="nothing was brought back in it")
    timed = tuple(each for each in shown if _TIMED in each.requirements)
    figures = tuple(
        replace(one, name=f"{each.expectation}: {one.name}")
        for each in timed
        for one in each.figures
    )
    wrong = _worst(shown, tuple({each.scenario for each in shown}))
    if wrong is not None:
        return Judgement(state=wrong[0], reason=wrong[1], figures=figures)
    lacks = [
        what
        for what, there in (
            ("nothing measured RTO or RPO", bool(timed)),
            ("nobody looked whether the data is whole", any(_looked(each) for each in shown)),
            ("nobody looked whether all ran in the end", record.ill is not None),
        )
        if not there
    ]
    if lacks:
        return Judgement(state=State.BLIND, reason="; ".join(lacks), figures=figures)
    if record.ill:
        reason = f"in the end it was not as before: {', '.join(record.ill)}"
        return Judgement(state=State.BROKEN, reason=reason, figures=figures)
    reason = f"{len(shown)} proofs of recovery held, and all ran as before"
    return Judgement(state=State.MET, reason=reason, figures=figures)


def _looked(shown: Shown) -> bool:
    return bool(_WHOLE & set(shown.requirements))


@to_its_end
def followed_up(record: Record, now: float) -> Judgement:
    """No finding is past its day."""
    left = open_(record)
    figures = (
        Figure(name="findings", value=len(record.lessons), unit=""),
        Figure(name="of these not mended", value=len(left), unit=""),
    )
    late = [each for each in left if each.due <= now]
    if late:
        told = ", ".join(
            f"{each.text} ({each.owner}, {duration(now - each.due)} overdue)" for each in late
        )
        return Judgement(state=State.BROKEN, reason=told, figures=figures)
    reason = f"{len(record.lessons)} findings, {len(left)} not mended yet"
    if left:
        reason = f"{reason}, the next is due {day(min(each.due for each in left))}"
    return Judgement(state=State.MET, reason=reason, figures=figures)


def _worst(shown: tuple[Shown, ...], scenarios: tuple[str, ...]) -> tuple[State, str] | None:
    """What of these scenarios did not go well: what failed, else what is not known; or nothing."""
    failed = [each for each in shown if each.verdict is Verdict.FAILED]
    if failed:
        return State.BROKEN, "; ".join(f"{each.expectation}: {each.reason}" for each in failed)
    unclear = [each for each in shown if each.verdict is not Verdict.PROVEN]
    reasons = [f"{each.expectation} is {each.verdict}: {each.reason}" for each in unclear]
    run = {each.scenario for each in shown}
    missing = [each for each in scenarios if each and each not in run]
    if missing:
        reasons.append(f"not run, or nothing seen in it: {', '.join(missing)}")
    return (State.BLIND, "; ".join(reasons)) if reasons else None
