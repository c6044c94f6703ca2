"""Whether the prober named the step that broke, and no other. Pure."""

from dataclasses import dataclass

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

SUBJECT = "steps"
_OK = "ok"
ENOUGH = 3.0  # runs that must tell the same
FEW = 0.1  # of a step's runs: a machine that is busy loses one now and then, whatever is broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The step that breaks, those before it, and the pages about its journey."""

    journey: str
    step: str
    earlier: tuple[str, ...]
    pages: frozenset[str]


def named(names: Names) -> Judge:
    """Runs end in this step alone, those before it go well, and no page of it came sooner."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        end = timeline.step("undo")
        told = [
            each
            for each in timeline.of(source="prometheus", kind="sample")
            if each.subject == SUBJECT and each.at >= start and (end is None or each.at <= end)
        ]
        first, other = _first(names, told), _other(names, told)
        walked = all(_grown(told, each, ok=True) >= ENOUGH for each in names.earlier)
        if first is not None and walked and not other:
            return _told(names, timeline, first, start)
        if not over and end is None:
            return Judgement(state=State.PENDING, reason=f"{names.step} has not failed yet")
        if not told:
            return Judgement(state=State.BLIND, reason="Prometheus told nothing of the steps")
        if first is None:
            reason = f"no {ENOUGH:.0f} runs failed in {names.step}: nobody saw that it broke"
        elif other:
            reason = f"{other} failed, too"
        else:
            reason = "the steps before it were not walked"
        return Judgement(state=State.BROKEN, reason=reason)

    return judge


def _told(names: Names, timeline: Timeline, first: float, start: float) -> Judgement:
    figures = [Figure(name="fault to failed step", value=first - start, unit="s")]
    page = next(
        (
            each.at
            for each in timeline.of(source="prometheus", kind="alert")
            if each.text == "firing"
            and each.at >= start
            and each.subject in names.pages
            and each.labels.get("service") == names.journey
        ),
        None,
    )
    if page is not None:
        lead = page - first
        figures.append(Figure(name="ahead of the page", value=lead, unit="s", target=0, bound=">="))
        if lead < 0:
            reason = f"the page of {names.journey} came {-lead:.1f} s before the step was named"
            return Judgement(state=State.BROKEN, reason=reason, figures=tuple(figures))
    reason = f"{names.step} failed {first - start:.1f} s after the fault, and no other step did"
    return Judgement(state=State.MET, reason=reason, figures=tuple(figures))


def _first(names: Names, told: list[Observation]) -> float | None:
    """When it was first known that ENOUGH runs had ended badly in the step."""
    base = _bad(told, names.step, told[0].at) if told else 0.0
    for at in dict.fromkeys(each.at for each in told):
        if _bad(told, names.step, at) - base >= ENOUGH:
            return at
    return None


def _bad(told: list[Observation], step: str, at: float) -> float:
    return sum(
        each.value or 0.0
        for each in told
        if each.at == at and each.labels.get("step") == step and each.labels.get("outcome") != _OK
    )


def _other(names: Names, told: list[Observation]) -> str:
    """Another step in which more than FEW of its runs ended badly under the fault; "" for none."""
    steps = {each.labels.get("step", "") for each in told} - {names.step}
    return next((each for each in sorted(steps) if _share(told, each) > FEW), "")


def _share(told: list[Observation], step: str) -> float:
    """Which part of what ended in it ended badly."""
    bad, good = _grown(told, step, ok=False), _grown(told, step, ok=True)
    return bad / (bad + good) if bad else 0.0


def _grown(told: list[Observation], step: str, *, ok: bool) -> float:
    """By how much its good or its bad ends grew, of whatever outcome."""
    values: dict[str, list[float]] = {}
    for each in told:
        outcome = each.labels.get("outcome", "")
        if each.labels.get("step") == step and (outcome == _OK) is ok:
            values.setdefault(outcome, []).append(each.value or 0.0)
    return sum(found[-1] - found[0] for found in values.values())
