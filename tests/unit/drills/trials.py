"""What the drills of these tests share: one scenario, one expectation."""

from __future__ import annotations

from seatrial.capabilities.alerting import arrivals
from seatrial.capabilities.alerting.judges import Wanted, paged, ripe
from seatrial.contract.action import Action, Kill
from seatrial.contract.scenario import (
    Control,
    Expectation,
    Injection,
    Judge,
    Scenario,
    Steady,
    Watch,
)
from seatrial.contract.timeline import Timeline
from seatrial.engines.prometheus import query

UP = Watch(
    name="up",
    workload="prometheus",
    port="http",
    path=query.instant("up"),
    parse=query.samples("up"),
)
HEALTHY = Steady(
    name="targets", watch=UP, holds=lambda seen: None if seen[0].value == 1 else "one is down"
)
WANTED = Wanted(
    labels={"alertname": "ServiceDown", "service": "api"},
    receiver="platform-page",
    target=60.0,
)
NO_CONTROL = Control(defect="none", actions=())


def scenario(*actions: Action, steady: tuple[Steady, ...] = (), within: float = 90) -> Scenario:
    return Scenario(
        name="service-down-api",
        question="Does its owner know?",
        injections=(Injection(actions=actions or (Kill(workload="api"),)),),
        radius=frozenset({"api"}),
        within=within,
        steady=steady,
    )


def expectation(judge: Judge | None = None, **more: object) -> Expectation:
    fields: dict[str, object] = {"ripe": ripe(WANTED), **more}
    return Expectation(
        name="page/api",
        scenario="service-down-api",
        requirements=("R03.1",),
        summary="the page arrives",
        watches=(arrivals.WATCH,),
        judge=judge or paged(WANTED),
        control=NO_CONTROL,
        **fields,  # type: ignore[arg-type]
    )


def steps(timeline: Timeline) -> list[str]:
    return [each.subject for each in timeline.of(source="drill", kind="step")]
