"""vmalert with the rules that one query decides, and the detector with the correlations."""

import json
from collections.abc import Mapping

from seatrial.capabilities.detection.declare import (
    DETECTOR_PORTS,
    EVERY,
    correlated,
    found,
    owner_of,
    queried,
    singles,
    wanted,
)
from seatrial.capabilities.detection.watching import DETECTOR
from seatrial.contract.capability import Context, Intent
from seatrial.contract.declaration import AlertRule
from seatrial.contract.output import File, Origin, Output, Probe, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.engines.vmalert import rules as vmalert_rules
from seatrial.engines.vmalert import workload as vmalert

PLAN = "correlations.json"


def render(context: Context) -> Output:
    """Both, where a log store has a place."""
    there = context.placement.has(victorialogs.NAME)
    if not there or not wanted(intent_of(context)):
        return Output()
    notifiers = context.declarations.told(context.placement, context.regions[0])
    after = (victorialogs.NAME, *(each.workload for each in context.declarations.notifiers))
    store = context.placement.endpoint(victorialogs.NAME, "http")
    owner = owner_of(context.system, context.settings)
    evaluator = vmalert.workload(
        rule_file(context), store=store, notifiers=notifiers, owner=owner, after=after
    )
    return Output(workloads=(evaluator, _detector(context, store, notifiers, owner, after)))


def rule_file(
    context: Context,
    *,
    without: str = "",
    instead: AlertRule | None = None,
) -> str:
    """The rules of vmalert; a control leaves one out, or puts another in the place of its name."""
    alerts = tuple(
        instead if instead is not None and each.name == instead.name else each
        for each in queried(intent_of(context))
        if each.name != without
    )
    return vmalert_rules.rule_file(
        alerts,
        interval=EVERY,
        labels=lambda alert: labels(context, alert),
        annotations=lambda alert: annotations(context, alert),
    )


def intent_of(context: Context) -> Intent:
    """What the context was planned from."""
    return Intent(
        system=context.system,
        settings=context.settings,
        dialect=context.dialect,
        rehearsal=context.rehearsal,
        beside=context.beside,
        runtime=context.placement.runtime,
        texts=context.texts,
    )


def labels(context: Context, alert: AlertRule) -> Mapping[str, str]:
    """What Alertmanager routes by, as on every other alert."""
    return {
        "severity": alert.severity.value,
        "tier": alert.tier.value,
        "team": alert.owner,
        "service": alert.subject,
        "cluster": context.system.name,
    }


def annotations(context: Context, alert: AlertRule) -> Mapping[str, str]:
    """What is told, and where to go from there."""
    runbooks = context.declarations.runbooks_at
    return {
        "summary": alert.summary,
        "description": alert.description,
        "runbook_url": f"{runbooks}{alert.subject}.md#{alert.name.lower()}",
    }


def plan(context: Context) -> str:
    """What the detector looks for."""
    intent = intent_of(context)
    known = found(intent)
    alerts = {each.name: each for each in correlated(intent)}
    wanted_rules = {part for each in known.correlations if not each.fewer for part in each.parts}
    document = {
        "every": EVERY,
        "keep": context.settings.keep.seconds,
        "queries": {
            name: rule.query(rule.subjects)
            for name, rule in known.rules.items()
            if name in wanted_rules
        },
        "correlations": [
            {
                "name": each.name,
                "type": each.type,
                "parts": list(each.parts),
                "by": list(each.by),
                "fields": {part: list(names) for part, names in each.fields.items()},
                "value": each.value,
                "span": each.span,
                "count": each.count,
                "alert": _told(context, alerts.get(each.name)),
            }
            for each in known.correlations
            if not each.fewer
        ],
        "singles": [
            {"query": query, "alert": _told(context, alert)} for alert, query in singles(intent)
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _told(context: Context, alert: AlertRule | None) -> object:
    if alert is None:
        return None
    return {
        "labels": {"alertname": alert.name, **labels(context, alert)},
        "annotations": dict(annotations(context, alert)),
    }


def _detector(
    context: Context,
    store: Endpoint,
    notifiers: tuple[Endpoint, ...],
    owner: str,
    after: tuple[str, ...],
) -> Workload:
    return Workload(
        name=DETECTOR,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.detector",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--store=http://{store}",
            *(f"--notifier=http://{each}" for each in notifiers),
            f"--plan=${{self.dir}}/{PLAN}",
        ),
        files=(File(path=PLAN, text=plan(context), why="which lines together are an attack"),),
        ports=DETECTOR_PORTS,
        ready=Probe(port="http", path="/readyz", deadline=30),
        owner=owner,
        after=after,
        why="sees attacks that take several lines, in their order",
    )
