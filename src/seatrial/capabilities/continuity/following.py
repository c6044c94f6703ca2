"""What became of each line of the pages that an exercise followed. Pure.

What a machine can see in the exercise it ticks, and nobody else; what only people can tell they
tick, each by name; a line that neither did is not done, and never done by default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from seatrial.capabilities.continuity.judging import Judge, to_its_end
from seatrial.contract.checklist import COMMUNICATION, RUNS, Done, Line, took
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import BROKEN_RUNGS, Record, Said, Shown
from seatrial.contract.scenario import Figure, Judgement, State

_SHOWN = 5  # names in a sentence
_NOBODY = "nobody did it, or nobody said so"


def executed(record: Record) -> tuple[Done, ...]:
    """Each line, in the order of the pages."""
    ticks = {each.card: each for each in record.ticks}
    return tuple(_done(record, each, ticks) for each in record.planned.lines)


def by_hand(record: Record) -> tuple[Line, ...]:
    """Those that people have to tick, and have not ticked."""
    ticked = {each.card for each in record.ticks}
    return tuple(
        each for each in record.planned.lines if tickable(each) and each.name not in ticked
    )


def unwritten(record: Record) -> tuple[str, ...]:
    """What nobody has written down yet of what only people can tell, each as a noun."""
    planned = record.planned
    absent = [each for each in planned.takes_part if each not in record.present]
    known = {each.card for each in record.answers}
    asked = [each for each in planned.cards if each not in known]
    ticks = [each.name for each in by_hand(record)]
    decides = planned.rung in BROKEN_RUNGS and not record.decisions
    found = (
        ("who was there", not record.present),
        (f"that {_some(absent)} was there", bool(record.present and absent)),
        ("a decision", decides),
        (f"an answer to {_some(asked)}", bool(asked)),
        (f"that somebody did {_some(ticks)}", bool(ticks)),
    )
    return tuple(what for what, missing in found if missing)


def _some(names: list[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def tickable(line: Line) -> bool:
    """Whether people tick it: nothing of this exercise shows it."""
    return line.by_hand and not line.shown_by and not line.gone


def done_as_written(page: str) -> Judge:
    """Each line of this page was done."""

    @to_its_end
    def judge(record: Record, _now: float) -> Judgement:
        found = [each for each in executed(record) if each.page == page]
        if not found:
            return Judgement(state=State.BLIND, reason=f"the page {page} was not followed")
        figures = _figures(page, found, record.begun)
        wrong = [each for each in found if each.state is not State.MET]
        if wrong:
            broken = any(each.state is State.BROKEN for each in wrong)
            state = State.BROKEN if broken else State.BLIND
            return Judgement(state=state, reason=f"not done: {_told(wrong)}", figures=figures)
        hands = sum(1 for each in record.ticks if each.card in {one.line for one in found})
        reason = f"all {len(found)} lines were done, {hands} of them by the word of people"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def _told(wrong: Iterable[Done]) -> str:
    """The lines, each reason once."""
    reasons: dict[str, list[str]] = {}
    for each in wrong:
        reasons.setdefault(each.seen, []).append(each.line)
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in reasons.items())


def _figures(page: str, found: Iterable[Done], begun: float) -> tuple[Figure, ...]:
    """How many of its lines were done, and how long it took from the first to the last.

    Who ticks a line says when it was done, not when it was begun: where nothing was timed it took
    since the exercise began.
    """
    own = tuple(found)
    done = [each for each in own if each.state is State.MET]
    count = Figure(name="lines done", value=len(done), unit="", target=len(own), bound="==")
    last = max((each.at for each in done if each.at is not None), default=None)
    if last is None:
        return (count,)
    timed = [
        each.at - each.seconds for each in done if each.at is not None and each.seconds is not None
    ]
    first = min(timed, default=begun)
    return count, Figure(name=took(page), value=round(last - first, 1), unit="s")


def _done(record: Record, line: Line, ticks: Mapping[str, Said]) -> Done:
    if line.gone:
        return _with(line, State.BROKEN, f"it names {line.shown_by[0]}, which does not exist")
    if line.shown_by == (RUNS,):
        return _runs(record, line)
    if line.shown_by:
        return _shown(record, line)
    tick = ticks.get(line.name) if line.by_hand else None
    if tick is not None:
        return _with(line, State.MET, f"{tick.by}: {tick.text}", at=tick.at)
    return _with(line, State.BROKEN, _NOBODY if line.by_hand else "this exercise does not do it")


def _runs(record: Record, line: Line) -> Done:
    if record.ill is None:
        return _with(line, State.BLIND, "nobody looked")
    if record.ill:
        return _with(line, State.BROKEN, ", ".join(record.ill))
    return _with(line, State.MET, "each replica was ready", at=record.looked)


def _shown(record: Record, line: Line) -> Done:
    """By the first expectation that shows it; else why the worst of them does not."""
    found = [each for each in record.shown if each.expectation in line.shown_by]
    for each in found:
        if _shows(each, line):
            at, seconds = _times(each, line)
            way = "arrived at the sink: " if line.page == COMMUNICATION else ""
            done = _with(line, State.MET, f"{way}{each.expectation}", at=at)
            return replace(done, seconds=seconds, evidence=each.evidence)
    if not found:
        return _with(line, State.BLIND, f"nothing was seen in its drill, {line.shown_by[0]}")
    unclear = next((each for each in found if _unclear(each)), None)
    one = unclear or next((each for each in found if each.verdict is Verdict.FAILED), found[0])
    told = f"{one.expectation} is {one.verdict}: {one.reason}"
    if one.verdict is Verdict.PROVEN:
        told = f"{one.expectation} says nothing of it"
    return _with(line, State.BLIND if unclear else State.BROKEN, told)


def _unclear(shown: Shown) -> bool:
    return shown.verdict not in (Verdict.PROVEN, Verdict.FAILED)


def _shows(shown: Shown, line: Line) -> bool:
    if not line.needs:
        return shown.verdict is Verdict.PROVEN
    known = {each.name: each for each in shown.figures}
    return all(name in known and known[name].holds for name in line.needs)


def _times(shown: Shown, line: Line) -> tuple[float, float | None]:
    """When it was done, and how long it took, where that was measured."""
    known = {each.name: each.value for each in shown.figures}
    ended, began = known.get(line.ended), known.get(line.began, 0.0)
    at = shown.acted + ended if ended is not None and shown.acted else shown.finished
    return at, known.get(line.took) if line.took or ended is None else max(0.0, ended - began)


def _with(line: Line, state: State, seen: str, *, at: float | None = None) -> Done:
    return Done(line=line.name, page=line.page, text=line.text, state=state, seen=seen, at=at)
