"""A journey that breaks in one later step alone: the drill, and what the prober must tell. Pure."""

import json

from seatrial.capabilities.synthetics.broken import Broken, every, name_of, walked
from seatrial.capabilities.synthetics.named import Names, named
from seatrial.contract.action import Request
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import Control, Expectation, Injection, Scenario, settled
from seatrial.engines.prometheus import watches
from seatrial.engines.prometheus.steady import condition, quiet
from seatrial.system import graph
from seatrial.system.model import BrowserStep
from seatrial.system.probing import PROBER, probers

BROKEN = "journey-broken-"
_RECENT = 15.0  # seconds within which the journey went well
_SLACK = 30.0
STEPS = "journey_steps_total"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Chosen journeys are led through a release in which one route is broken."""
    return tuple(
        _scenario(context, faulty, broken)
        for faulty, broken in every(context.system).items()
        if context.placement.has(faulty)
    )


def _scenario(context: Context, faulty: str, broken: Broken) -> Scenario:
    base = f"http://{context.placement.endpoint(faulty, 'http')}"
    name = broken.journey
    # where a browser walks, a run more may be under way
    recent = _RECENT + (2 / context.system.journeys[name].pace if _browsed(broken) else 0.0)
    last = f'time() - max(journey_last_success_timestamp_seconds{{journey="{name}"}})'
    return Scenario(
        name=f"{BROKEN}{name}",
        question=f"When {name} breaks in step {broken.number + 1} alone and all services are "
        "well, is it seen, and where?",
        injections=(
            Injection(actions=tuple(_detour(each, name, base) for each in probers(context.system))),
        ),
        # whatever else were ill would explain it
        radius=graph.crossed(context.system, context.system.journeys[name]) | {faulty},
        within=context.system.targets.fault_to_page.seconds + _SLACK + recent - _RECENT,
        steady=(
            quiet(),
            condition("traffic", last, lambda value: value <= recent, f"{name} fails already"),
        ),
    )


def _browsed(broken: Broken) -> bool:
    return isinstance(broken.step, BrowserStep)


def expectation(context: Context, found: Scenario) -> Expectation:
    """The prober names the step, while the steps before it go well, before anybody is paged."""
    named_so = (e for e in every(context.system).values() if found.name == f"{BROKEN}{e.journey}")
    broken = next(named_so, None)
    if broken is None:
        raise LookupError(f"{found.name} is no drill of a broken step")
    journey = context.system.journeys[broken.journey]
    steps = tuple(dict.fromkeys(name_of(each) for each in walked(journey)))
    judge = named(
        Names(
            journey=broken.journey,
            step=name_of(broken.step),
            earlier=tuple(name_of(each) for each in walked(journey)[: broken.number]),
            pages=frozenset(
                each.name
                for each in context.declarations.alerts
                if each.severity is Severity.PAGE and each.subject == broken.journey
            ),
        )
    )
    expr = f'sum by (step, outcome) ({STEPS}{{job="{PROBER}",journey="{broken.journey}"}})'
    return Expectation(
        name=f"named/{found.name}",
        scenario=found.name,
        requirements=("R06.2",),
        summary=f"the prober names step {broken.number + 1} of {len(steps)} of {broken.journey}, "
        f"{name_of(broken.step)}, and no other",
        watches=(watches.values("steps", expr, every=1.0), watches.ALERTS),
        judge=judge,
        ripe=settled(judge),
        control=Control(
            defect=f"nothing is expected of {name_of(broken.step)}",
            actions=tuple(_unasserted(each, broken) for each in probers(context.system)),
        ),
        depends=(f"journeys.{broken.journey}", f"services.{journey.start}"),
        engines=("prometheus",),
        expects=({"alertname": "JourneyFailing", "service": broken.journey},),
    )


def _detour(prober: str, journey: str, base: str) -> Request:
    body = json.dumps({"journey": journey, "base": base})
    return Request(
        workload=prober,
        port="http",
        method="POST",
        path="/detour",
        body=body,
        undo=_detour(prober, journey, "") if base else None,
    )


def _unasserted(prober: str, broken: Broken, *, on: bool = False) -> Request:
    asked = {"journey": broken.journey, "step": name_of(broken.step), "on": on}
    return Request(
        workload=prober,
        port="http",
        method="POST",
        path="/assertion",
        body=json.dumps(asked),
        undo=None if on else _unasserted(prober, broken, on=True),
    )
