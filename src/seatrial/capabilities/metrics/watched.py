"""The uptime of what users reach is watched from outside: its death is seen there, and its return.

A probe asks as a user does, and needs nothing of the service: no journey, no figure of its own.
"""

from collections.abc import Callable

from seatrial.capabilities.metrics.stack import PROBED, dropped
from seatrial.contract.capability import Context
from seatrial.contract.scenario import (
    Expectation,
    Figure,
    Judge,
    Judgement,
    Scenario,
    State,
    Watch,
)
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus.watches import values

_PREFIX, _ABOUT = "service-down-", "probes"
_SLACK = 5.0  # seconds for a probe that waits, and for who asks Prometheus


def expectations(context: Context, scenario: Scenario) -> tuple[Expectation, ...]:
    """In the death of a service that is exposed, and probed."""
    subject = scenario.name.removeprefix(_PREFIX)
    service = context.system.services.get(subject)
    probed = {each.subject for each in context.declarations.targets if each.kind == "probe"}
    if scenario.name == subject or service is None or not context.system.promised("R06"):
        return ()
    if not service.exposed or subject not in probed:
        return ()
    within = 2 * context.settings.scrape.seconds + _SLACK
    return (
        Expectation(
            name=f"watched/{scenario.name}",
            scenario=scenario.name,
            requirements=("R06.1",),
            summary=f"a probe from outside sees that {subject} is gone, and that it is back",
            watches=(_told(subject),),
            judge=watched(subject, within=within),
            ripe=_gone(subject, within=within),
            control=dropped(context, subject),
            depends=(f"services.{subject}", "monitoring"),
            engines=("prometheus", "blackbox_exporter"),
        ),
    )


def _told(subject: str) -> Watch:
    """What its probes say; with a word of Prometheus's own, where there are none."""
    expr = f'{PROBED}{{service="{subject}",kind="probe"}} or vector(-1)'
    return values(f"probes of {subject}", expr, about=_ABOUT, every=1.0)


def watched(subject: str, *, within: float) -> Judge:
    """Every probe fails at most `within` seconds after the fault, and goes well after the repair.

    While the fault is there none that has failed goes well again.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start, end = timeline.step("inject"), timeline.step("undo")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        told = _since(timeline, start)
        down = _first(told, subject, 0.0)
        if down is None:
            return _unseen(told, subject, over=over or end is not None)
        took = Figure(
            name="fault to probe", value=down - start, unit="s", target=within, bound="<="
        )
        after = [each for each in told if each.at > down]
        early = any(_well(each, subject) and (end is None or each.at < end) for each in after)
        up = _first([each for each in after if end is not None and each.at >= end], subject, 1.0)
        if not took.holds:
            state, reason = State.BROKEN, f"the probes failed {took.value:.1f} s after the fault"
        elif early:
            state, reason = State.BROKEN, "a probe went well under the fault"
        elif end is None or up is None:
            state = State.BROKEN if over else State.PENDING
            reason = f"{subject} is not back"
        else:
            back = Figure(name="repair to probe", value=up - end, unit="s")
            reason = f"every probe failed {took.value:.1f} s after the fault, and went well again"
            return Judgement(state=State.MET, reason=reason, figures=(took, back))
        return Judgement(state=state, reason=reason, figures=(took,))

    return judge


def _unseen(told: list[Observation], subject: str, *, over: bool) -> Judgement:
    if not over:
        return Judgement(state=State.PENDING, reason="no probe has failed yet")
    if not told:
        return Judgement(state=State.BLIND, reason="Prometheus could not be asked")
    looks = any(each.labels.get("service") == subject for each in told)
    reason = "no probe failed" if looks else f"nobody looks at {subject} from outside"
    return Judgement(state=State.BROKEN, reason=reason)


def _since(timeline: Timeline, start: float) -> list[Observation]:
    return [
        each
        for each in timeline.of(source="prometheus", kind="sample")
        if each.subject == _ABOUT and each.at >= start
    ]


def _first(told: list[Observation], subject: str, value: float) -> float | None:
    """When all probes first said so in one look."""
    looks: dict[float, list[float | None]] = {}
    for each in told:
        if each.labels.get("service") == subject:
            looks.setdefault(each.at, []).append(each.value)
    return next((at for at, seen in looks.items() if all(one == value for one in seen)), None)


def _well(each: Observation, subject: str) -> bool:
    return each.labels.get("service") == subject and each.value == 1


def _gone(subject: str, *, within: float) -> Callable[[Timeline], bool]:
    """Whether the fault was seen, or was not in time, and may end."""

    def seen(timeline: Timeline) -> bool:
        start = timeline.step("inject")
        if start is None:
            return False
        lasted = timeline.observations[-1].at - start
        return lasted > within or _first(_since(timeline, start), subject, 0.0) is not None

    return seen
