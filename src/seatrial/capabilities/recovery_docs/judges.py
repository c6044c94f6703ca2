"""What a timeline must show of a page that was followed. Pure."""

import json
from dataclasses import dataclass

from seatrial.contract.action import FOLLOWED, PRINTED
from seatrial.contract.checklist import typed
from seatrial.contract.followed import UNCLEAR
from seatrial.contract.procedure import DURATION, Procedure, Rehearsal
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ran:
    """One command, as it was run; `number` 0 is the one that makes the pages.

    `ended` is in seconds since the epoch.
    """

    number: int
    status: int
    command: str
    seconds: float
    said: str
    ended: float


def followed(procedure: Procedure, rehearsal: Rehearsal, rto: float | None) -> Judge:
    """Each command of the page was run, ended with 0, and said what the page says.

    `rto` bounds the sum of their times, in seconds; None where nothing does.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        seen = [each for each in timeline.of(kind=FOLLOWED) if each.subject == procedure.name]
        ran = [_ran(each) for each in seen]
        if not ran:
            state = State.BLIND if over else State.PENDING
            return Judgement(state=state, reason="no page was followed")
        pages = [each for each in timeline.of(kind=PRINTED) if each.subject == procedure.name]
        on_page = int(pages[-1].value or 0) if pages else 0
        done = [each for each in ran if each.number]
        took = sum(each.seconds for each in done)
        state, reason = _outcome(procedure, rehearsal, ran, on_page)
        figures = (
            Figure(name="commands on the page", value=on_page, unit=""),
            Figure(
                name="of these run and as told",
                value=sum(1 for each in done if not _wrong(procedure, each)),
                unit="",
                target=len(procedure.steps),
                bound="==",
            ),
            Figure(name=DURATION, value=took, unit="s", target=rto, bound="<=" if rto else ""),
            *_ended(procedure, ran, timeline),
        )
        if state is State.MET and not all(each.holds for each in figures):
            state, reason = State.BROKEN, f"it took {took:.0f} s, longer than the RTO"
        return Judgement(state=state, reason=reason, figures=figures)

    return judge


def _ended(procedure: Procedure, ran: list[_Ran], timeline: Timeline) -> tuple[Figure, ...]:
    """When each command that did as the page says had ended."""
    start = timeline.step("inject")
    if start is None:
        return ()
    return tuple(
        Figure(name=typed(each.number), value=round(each.ended - start, 2), unit="s")
        for each in ran
        if not _wrong(procedure, each)
    )


def _ran(seen: Observation) -> _Ran:
    told = json.loads(seen.text)
    return _Ran(
        number=int(seen.labels["number"]),
        status=int(seen.value or 0),
        command=told["command"],
        seconds=told["seconds"],
        said=told["said"],
        ended=seen.at,
    )


def _outcome(
    procedure: Procedure, rehearsal: Rehearsal, ran: list[_Ran], on_page: int
) -> tuple[State, str]:
    for each in ran:
        wrong = _wrong(procedure, each)
        if wrong:
            between = bool(rehearsal.busy) and rehearsal.busy in each.said
            unclear = each.status in UNCLEAR or (each.status and between)
            return State.BLIND if unclear else State.BROKEN, wrong
    wanted = len(procedure.steps)
    if on_page != wanted or len(ran) - 1 != wanted:
        run = len(ran) - 1
        return State.BROKEN, f"of {wanted} commands {on_page} stand on the page, {run} were run"
    took = sum(each.seconds for each in ran if each.number)
    return State.MET, f"all {wanted} commands of the page did as it says, in {took:.1f} s"


def _wrong(procedure: Procedure, one: _Ran) -> str:
    """What is wrong with how a command ended; or empty."""
    last = one.said.strip().splitlines()[-1:]
    if one.status:
        said = f": {last[0]}" if last else ""
        return f"`{one.command}` ended with {one.status}{said}"
    if 0 < one.number <= len(procedure.steps):
        shows = procedure.steps[one.number - 1].shows
        if shows not in one.said:
            return f"`{one.command}` does not say {shows!r}"
    return ""
