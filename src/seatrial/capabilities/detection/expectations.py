"""What detection expects to see in an attack, and with which defect it must turn red."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from seatrial.capabilities.detection import judges
from seatrial.capabilities.detection.declare import correlated, queried
from seatrial.capabilities.detection.render import PLAN, intent_of, plan, rule_file
from seatrial.capabilities.detection.scenarios import (
    ATTACKS,
    STOPPED,
    STOPS,
    STUFFING,
    in_force,
    replayed,
    told,
)
from seatrial.capabilities.detection.watching import DETECTOR
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.engines.vmalert import rules as vmalert_rules
from seatrial.engines.vmalert import workload as vmalert

_ENGINES = ("alertmanager", "otelcol", "victorialogs", "vmalert")
_DEPENDS = ("services", "stores", "detection", "logs")
_NEVER = 10**9  # so many lines that no attack has them
_SHORTLY = 10.0  # seconds: shorter than what lies between two drills
_REREAD = 5.0  # seconds until vmalert works with another file, the detector with another plan


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One for each rule that an attack is replayed for, and that no other speaks."""
    there = {each.name for each in scenarios}
    seen = [
        _detected(context, scenario, name)
        for scenario in (ATTACKS, STOPPED)
        if scenario in there
        for name in replayed(context, scenario)
    ]
    return (*seen, *(_nothing_else(context) if ATTACKS in there else ()))


def _detected(context: Context, scenario: str, name: str) -> Expectation:
    judge = judges.detected(name)
    return Expectation(
        name=f"detected/{name}",
        scenario=scenario,
        requirements=("R05.4",),
        summary=f"{name} is told within {judges.WITHIN:.0f} s",
        watches=(told(),),
        judge=judge,
        ripe=settled(judge),
        control=_blind(context, name),
        depends=_DEPENDS,
        engines=_ENGINES,
        expects=_alerts(context, (name,)),
    )


def _nothing_else(context: Context) -> tuple[Expectation, ...]:
    """None where every rule that one query decides is replayed: then no defect could show it."""
    # a fresh start stops Prometheus and Alertmanager, and that is told rightly
    expected = {*replayed(context, ATTACKS), *STOPS}
    spare = [each for each in queried(intent_of(context)) if each.name not in expected]
    if not spare:
        return ()
    return (
        Expectation(
            name="benign/others",
            scenario=ATTACKS,
            requirements=("R05.4",),
            summary="neither the journeys of users nor these attacks let any other rule speak",
            watches=(told(),),
            judge=judges.nothing_else(in_force(context), replayed(context, ATTACKS), {*STOPS}),
            control=_careless(context, spare[0].name),
            depends=_DEPENDS,
            engines=_ENGINES,
            expects=_alerts(context, tuple(sorted(expected))),
        ),
    )


def _alerts(context: Context, names: tuple[str, ...]) -> tuple[Mapping[str, str], ...]:
    """The alerts of these names, as the declarations have them."""
    return tuple(
        {"alertname": each.name, "service": each.subject}
        for each in context.declarations.detections
        if each.name in names
    )


def _blind(context: Context, name: str) -> Control:
    """A rule that does not see its attack."""
    if name not in {each.name for each in correlated(intent_of(context))}:
        text = rule_file(context, without=name)
        return _altered(f"the rule {name} is taken out", vmalert.NAME, vmalert.RULES, text)
    if name == STUFFING:
        defect = f"{name} wants the answer first, and the guesses after it"
        return _planned(context, defect, name, _turned)
    return _planned(context, f"{name} wants more lines than any attack has", name, _unreachable)


def _unreachable(correlation: dict[str, Any]) -> None:
    correlation["count"] = _NEVER


def _turned(correlation: dict[str, Any]) -> None:
    correlation["parts"].reverse()
    correlation["span"] = _SHORTLY  # an answer of the drill before is not the first


def _planned(
    context: Context, defect: str, name: str, spoil: Callable[[dict[str, Any]], None]
) -> Control:
    document = json.loads(plan(context))
    for each in document["correlations"]:
        if each["name"] == name:
            spoil(each)
    return _altered(defect, DETECTOR, PLAN, json.dumps(document))


def _careless(context: Context, name: str) -> Control:
    """A rule for which every line is an attack."""
    expr = vmalert_rules.some("*", window=_SHORTLY, by="region")
    alerts = {each.name: each for each in queried(intent_of(context))}
    text = rule_file(context, instead=replace(alerts[name], expr=expr, hold=0.0))
    return _altered(f"{name} speaks of every line", vmalert.NAME, vmalert.RULES, text)


def _altered(defect: str, workload: str, path: str, text: str) -> Control:
    return Control(
        defect=defect,
        actions=(AlterFile(workload=workload, path=path, text=text),),
        settle=_REREAD,
    )
