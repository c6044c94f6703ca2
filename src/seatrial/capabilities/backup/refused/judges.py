"""What a timeline must show of an alert that must be raised. Pure."""

from collections.abc import Mapping

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

_FIRING = "firing"


def noticed(alert: str, service: str, within: float) -> Judge:
    """The alert is raised for that workload in time after the fault."""

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        began = timeline.step("inject")
        if began is None:
            state = State.BLIND if over else State.PENDING
            return Judgement(state=state, reason="nothing was injected")
        own = [each for each in timeline.of(kind="alert") if _is(each.labels, alert, service)]
        if any(each.at < began for each in own):
            return Judgement(state=State.BLIND, reason=f"{alert} was raised before")
        fired = [each.at for each in own if each.text == _FIRING]
        took = (fired[0] if fired else now) - began
        figures = (Figure(name="until it fires", value=took, unit="s", target=within, bound="<="),)
        if fired:
            held = all(each.holds for each in figures)
            state = State.MET if held else State.BROKEN
            return Judgement(state=state, reason=f"{alert} after {took:.0f} s", figures=figures)
        if not over and took <= within:
            return Judgement(state=State.PENDING, reason=f"no {alert} yet")
        return Judgement(state=State.BROKEN, reason=f"no {alert} in {took:.0f} s", figures=figures)

    return judge


def _is(labels: Mapping[str, str], alert: str, service: str) -> bool:
    return (labels.get("alertname"), labels.get("service")) == (alert, service)
