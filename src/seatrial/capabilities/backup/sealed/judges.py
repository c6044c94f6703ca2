"""What a timeline must show of a system that was brought back from a bundle. Pure."""

import json
from typing import Any

from seatrial.contract.action import REOPENED
from seatrial.contract.followed import UNCLEAR
from seatrial.contract.procedure import DURATION
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

_NAMED = 5  # of many, how many are told by name


def same(workload: str, rto: float, commands: int) -> Judge:
    """All that was in the newest bundle is what the system has, and its file is checked well.

    By as many commands as stand on the page. `rto` bounds how long they take, in seconds.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        seen = [each for each in timeline.of(kind=REOPENED) if each.subject == workload]
        if not seen:
            state = State.BLIND if over else State.PENDING
            return Judgement(state=state, reason="no bundle was opened")
        return _judged(json.loads(seen[-1].text), rto, commands)

    return judge


def _judged(told: dict[str, Any], rto: float, commands: int) -> Judgement:
    if told["status"]:
        said = told["said"].strip().splitlines()[-1:]
        reason = f"`{told['command']}` ended with {told['status']}: {' '.join(said)}"
        unclear = told["status"] in UNCLEAR
        return Judgement(state=State.BLIND if unclear else State.BROKEN, reason=reason)
    differs, took, run = told["differs"], told["seconds"], told["lines"]
    figures = (
        Figure(name="files brought back", value=told["files"], unit="", target=1, bound=">="),
        Figure(name="secrets brought back", value=told["secrets"], unit="", target=1, bound=">="),
        Figure(name="of these not as they are", value=len(differs), unit="", target=0, bound="=="),
        Figure(name="commands of the page", value=run, unit="", target=commands, bound="=="),
        Figure(name=DURATION, value=took, unit="s", target=rto, bound="<="),
    )
    held = all(each.holds for each in figures)
    if run != commands:
        reason = f"of {commands} commands of the page {run} were run"
    elif differs or not told["files"] or not told["secrets"]:
        reason = f"not as the system has them: {', '.join(differs[:_NAMED]) or 'there is nothing'}"
    else:
        reason = (
            f"{told['files']} files and {told['secrets']} secrets are as the system has them, and"
            f" its file is checked well; it took {took:.1f} s"
        )
    return Judgement(state=State.MET if held else State.BROKEN, reason=reason, figures=figures)
