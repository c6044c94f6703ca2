"""What detection expects to see in an attack, and with which defect it must turn red."""

import json
from dataclasses import replace

from seatrial.capabilities.detection import judges
from seatrial.capabilities.detection.declare import DETECTOR, found
from seatrial.capabilities.detection.render import PLAN, intent_of, plan, rule_file
from seatrial.capabilities.detection.scenarios import ATTACK, REPLAYED, SCANNER, SHELL
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.alertmanager import query
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.vmalert import workload as vmalert

_ENGINES = ("alertmanager", "otelcol", "victorialogs", "vmalert")
_NEVER = 10**9  # so many different paths that no scan has them
_REREAD = 5.0  # seconds until vmalert works with another file, the detector with another plan


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of the attack."""
    if all(each.name != ATTACK for each in scenarios):
        return ()
    return (
        _detected(SHELL, _without_rule(context)),
        _detected(SCANNER, _without_scanner(context)),
        _nothing_else(context),
    )


def _watch() -> Watch:
    """What Alertmanager has been told, whether or not it tells somebody."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            replace(each, source=judges.ALERTS)
            for each in query.suppressed(at, body)
            if each.labels.get("tier") == "security"
        )

    return Watch(
        name=judges.ALERTS,
        workload=alertmanager.NAME,
        port="http",
        path="/api/v2/alerts/groups",
        parse=parse,
        every=1.0,
    )


def _detected(name: str, control: Control) -> Expectation:
    judge = judges.detected(name)
    return Expectation(
        name=f"detected/{name}",
        scenario=ATTACK,
        requirements=("R05.4",),
        summary=f"{name} is told within {judges.WITHIN:.0f} s of an attack through the web server",
        watches=(_watch(),),
        judge=judge,
        ripe=judges.settled(judge),
        control=control,
        depends=("services", "detection", "logs"),
        engines=_ENGINES,
        expects=({"alertname": name},),
    )


def _nothing_else(context: Context) -> Expectation:
    names = frozenset(each.name for each in context.declarations.detections)
    return Expectation(
        name="quiet/others",
        scenario=ATTACK,
        requirements=("R05.4",),
        summary="neither the journeys of users nor this attack let any other rule speak",
        watches=(_watch(),),
        judge=judges.nothing_else(names, REPLAYED),
        control=_everything(context),
        depends=("services", "detection", "logs"),
        engines=_ENGINES,
        expects=tuple({"alertname": each} for each in REPLAYED),
    )


def _without_rule(context: Context) -> Control:
    """The rule is there no more."""
    text = rule_file(context, leaving_out=(SHELL,))
    return _altered(f"the rule {SHELL} is taken out", vmalert.NAME, vmalert.RULES, text)


def _without_scanner(context: Context) -> Control:
    document = json.loads(plan(context))
    for each in document["correlations"]:
        if each["name"] == SCANNER:
            each["count"] = _NEVER
    text = json.dumps(document)
    return _altered(f"{SCANNER} wants more paths than any scan has", DETECTOR, PLAN, text)


def _everything(context: Context) -> Control:
    """A rule of which every line is an attack."""
    known = found(intent_of(context)).rules[SHELL]
    careless = replace(known, where='"path":*')
    text = rule_file(context, instead={"MassExport": careless.query(careless.subjects)})
    return _altered("MassExport takes every request for one", vmalert.NAME, vmalert.RULES, text)


def _altered(defect: str, workload: str, path: str, text: str) -> Control:
    return Control(
        defect=defect,
        actions=(AlterFile(workload=workload, path=path, text=text),),
        settle=_REREAD,
    )
