"""What a timeline must show of detections. Pure."""

from collections.abc import Collection

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

WITHIN = 30.0  # seconds from the attack to the alert: a page is then soon enough
ALERTS = "detections"  # the source of what Alertmanager was told


def detected(name: str) -> Judge:
    """The rule's alert is at Alertmanager, soon enough after the attack."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        begun = timeline.step("inject")
        if begun is None:
            return Judgement(state=State.PENDING, reason="nothing was attacked yet")
        seen = [each.at for each in _alerts(timeline) if each.subject == name and each.at >= begun]
        if not seen:
            return Judgement(state=_unmet(timeline, over=over), reason=f"{name} was not told")
        took = round(seen[0] - begun, 2)
        figure = Figure(name="attack to alert", value=took, unit="s", target=WITHIN, bound="<=")
        state = State.MET if figure.holds else State.BROKEN
        reason = f"{name} was told {took:g} s after the attack began"
        return Judgement(state=state, reason=reason, figures=(figure,))

    return judge


def nothing_else(
    names: Collection[str], attacked: Collection[str], else_told: Collection[str]
) -> Judge:
    """Of the rules (`names`), only those speak that something was done for.

    `attacked`: by the drill; `else_told`: what is told rightly of what went before it.
    """
    expected = {*attacked, *else_told}

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if not over:
            return Judgement(state=State.PENDING, reason="more may come")
        told = {each.subject for each in _alerts(timeline)} & {*names}
        if not told & {*attacked}:
            reason = "not even the attack was told, so that silence proves nothing"
            return Judgement(state=State.BLIND, reason=reason)
        wrong = sorted(told - expected)
        figure = Figure(
            name="other rules that spoke", value=len(wrong), unit="", target=0, bound="=="
        )
        if wrong:
            reason = f"{', '.join(wrong)} spoke, and nothing was done that they look for"
            return Judgement(state=State.BROKEN, reason=reason, figures=(figure,))
        reason = f"beside {', '.join(sorted(told))} none of {len(names)} rules spoke"
        return Judgement(state=State.MET, reason=reason, figures=(figure,))

    return judge


def _alerts(timeline: Timeline) -> tuple[Observation, ...]:
    return timeline.of(source=ALERTS, kind="routed")


def _unmet(timeline: Timeline, *, over: bool) -> State:
    """What is not seen was not told, unless Alertmanager could not be asked."""
    if not over:
        return State.PENDING
    refused = [each.at for each in timeline.of(source=ALERTS, kind="unreachable")]
    answers = [each.at for each in _alerts(timeline)]
    blind = bool(refused) and max(refused) > max(answers, default=0.0)
    return State.BLIND if blind else State.BROKEN
