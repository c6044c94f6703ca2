"""What happens to a journey in announced maintenance counts nowhere: the expectation, its judge.

Budgets, alerts on journeys and the SLA are told by the prober's counters alone, so that what is not
counted there spends none of them.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from seatrial.contract.action import Request
from seatrial.contract.scenario import (
    Control,
    Expectation,
    Figure,
    Judge,
    Judgement,
    Scenario,
    State,
    Watch,
)
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus import watches

SCENARIO, _PATH = "maintenance", "/maintenance"
_CLOSED, _RUNS, _SUBJECT = "journey_maintenance", "journey_requests_total", "counted"
# Seconds before the undo is through in which a window may be over: it ends after what is mended.
_LAG = 15.0


def expectations(scenario: Scenario) -> Iterator[Expectation]:
    """In the drill of announced maintenance, where journeys are concerned by it."""
    asked = [
        each
        for one in scenario.injections
        for each in one.actions
        if isinstance(each, Request) and each.path == _PATH
    ]
    if scenario.name != SCENARIO or not asked:
        return
    journeys = sorted({json.loads(each.body)["journey"] for each in asked})
    yield Expectation(
        name=f"uncounted/{SCENARIO}",
        scenario=scenario.name,
        requirements=("R06.2",),
        summary=f"in a window {' and '.join(journeys)} is not walked, and no run of it counts",
        watches=(_told(journeys),),
        judge=uncounted(frozenset(journeys)),
        control=Control(
            defect="the probers are not told of the window",
            # undone by the same: after the last injection nobody else would call the window off
            actions=tuple(
                replace(each.undo, undo=each.undo) for each in asked if each.undo is not None
            ),
            late=True,
        ),
        depends=("services", *(f"journeys.{each}" for each in journeys)),
        engines=("prometheus",),
    )


def _told(journeys: list[str]) -> Watch:
    """Whether they are walked, and how often they were: of one scrape, so that both fit."""
    which = "|".join(journeys)
    expr = f'{{__name__=~"{_CLOSED}|{_RUNS}",job="prober",journey=~"{which}"}}'
    return watches.values(f"runs counted of {' and '.join(journeys)}", expr, about=_SUBJECT)


def uncounted(journeys: frozenset[str]) -> Judge:
    """Each is in maintenance until the window ends, and none of its counters grows meanwhile."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        end = timeline.step("undo")
        if end is None:
            state = State.BLIND if over else State.PENDING
            return Judgement(state=state, reason="the window still lasts")
        told = [
            each
            for each in timeline.of(source="prometheus", kind="sample")
            if each.subject == _SUBJECT and start <= each.at <= end - _LAG
        ]
        return _judged(journeys, told)

    return judge


def _judged(journeys: frozenset[str], told: list[Observation]) -> Judgement:
    if len({each.at for each in told}) < 2:  # noqa: PLR2004 - what grew is seen of two
        return Judgement(state=State.BLIND, reason="Prometheus told too little of the window")
    counted = 0.0
    for name in sorted(journeys):
        own = [each for each in told if each.labels.get("journey") == name]
        closed = sorted({each.at for each in own if _is(each, _CLOSED) and each.value == 1})
        last = max((each.at for each in own), default=0.0)
        open_ = [
            each.at
            for each in own
            if _is(each, _CLOSED) and each.value != 1 and closed and each.at > closed[0]
        ]
        if not closed or open_ or closed[-1] < last:
            reason = f"the prober does not say that {name} is in maintenance"
            return Judgement(state=State.BROKEN, reason=reason)
        counted += _grown(own, since=closed[0])
    figure = Figure(name="runs counted in the window", value=counted, unit="", target=0, bound="==")
    if counted:
        reason = f"{counted:.0f} runs were counted in the window"
        return Judgement(state=State.BROKEN, reason=reason, figures=(figure,))
    reason = f"no run of {' and '.join(sorted(journeys))} was counted in the window"
    return Judgement(state=State.MET, reason=reason, figures=(figure,))


def _is(each: Observation, name: str) -> bool:
    return each.labels.get("__name__") == name


def _grown(own: list[Observation], *, since: float) -> float:
    """Runs that were counted once it was told to be in maintenance."""
    series: dict[tuple[tuple[str, str], ...], list[float]] = {}
    for each in own:
        if _is(each, _RUNS) and each.at >= since:
            series.setdefault(tuple(sorted(each.labels.items())), []).append(each.value or 0.0)
    return sum(values[-1] - values[0] for values in series.values())
