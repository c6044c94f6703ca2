"""What is expected where nobody looks any more, or one region alone sees nothing."""

from collections.abc import Callable
from dataclasses import replace

from seatrial.capabilities.synthetics import certificate, steps
from seatrial.capabilities.synthetics.judges import CHECKED, FAILED, firing, outvoted
from seatrial.capabilities.synthetics.parts import CERTIFICATE
from seatrial.capabilities.synthetics.rules import BLIND, DOWN, EXPIRES
from seatrial.capabilities.synthetics.scenarios import CUT, DEAD, PART
from seatrial.contract.action import Action, AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.declaration import RecordingRule, RuleGroup, Severity
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.engines.prometheus import rules, votes, watches
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.probing import PROBER

_SLACK = 20.0  # seconds: a scrape, an evaluation, and a question


def expectations(context: Context, scenario: Scenario) -> tuple[Expectation, ...]:
    """Those of one scenario; none where it is another's."""
    if scenario.name == DEAD:
        return (_told(context, scenario),)
    if scenario.name == certificate.ENDING:
        return (_ends(context, scenario),)
    if scenario.name.startswith(steps.BROKEN):
        return (steps.expectation(context, scenario),)
    for prefix in (CUT, PART):
        if scenario.name.startswith(prefix):
            return (_outvoted(context, scenario, scenario.name.removeprefix(prefix)),)
    return ()


def _told(context: Context, scenario: Scenario) -> Expectation:
    judge = firing(DOWN, within=_lasts(context, DOWN))
    silent = _changed(context, lambda group: replace(group, alerts=()), DOWN)
    return Expectation(
        name=f"told/{scenario.name}",
        scenario=scenario.name,
        requirements=("R06.3",),
        summary="somebody is paged when nobody looks at what users see",
        watches=(watches.ALERTS,),
        judge=judge,
        ripe=settled(judge),
        control=Control(defect=f"there is no rule {DOWN}", actions=silent),
        depends=("journeys", "synthetics.checks", "monitoring"),
        engines=("prometheus",),
        expects=({"alertname": DOWN, "service": PROBER},),
    )


def _ends(context: Context, scenario: Scenario) -> Expectation:
    judge = firing(EXPIRES, within=certificate.WITHIN)

    def unbounded(group: RuleGroup) -> RuleGroup:
        """It is told once the certificate has ended, and not before."""
        return replace(
            group,
            alerts=tuple(
                replace(each, expr=f"{each.expr.rpartition('<')[0]}< 0")
                if (each.name, each.subject) == (EXPIRES, CERTIFICATE)
                else each
                for each in group.alerts
            ),
        )

    return Expectation(
        name=f"told/{scenario.name}",
        scenario=scenario.name,
        requirements=("R06.2",),
        summary=f"{EXPIRES} fires for a certificate that ends within {certificate.DAYS:g} days",
        watches=(watches.ALERTS,),
        judge=judge,
        ripe=settled(judge),
        control=Control(
            defect="the days are removed from the rule: it waits until the certificate has ended",
            actions=_changed(context, unbounded, EXPIRES),
        ),
        depends=("synthetics.checks", "monitoring"),
        engines=("prometheus",),
        expects=({"alertname": EXPIRES, "service": CERTIFICATE},),
    )


def _outvoted(context: Context, scenario: Scenario, region: str) -> Expectation:
    """Nobody is paged for longer than a page would take, had its word alone counted."""
    whole = scenario.name.startswith(CUT)
    voted = [each for each in context.declarations.alerts if votes.QUORUM in each.expr]
    pages = frozenset((each.name, each.subject) for each in voted if each.severity is Severity.PAGE)
    fast = [each.name for each in voted if each.tier.value == "outage"]
    lasts = max(_lasts(context, each) for each in (*fast, *((BLIND,) if whole else ())))
    judge, ripe = outvoted(region, pages, lasts=lasts, blind=BLIND if whole else "")
    names = f"{FAILED}|{CHECKED}"
    expr = f'{{__name__=~"{names}",job="prober",region="{region}"}} or vector(time())'
    defect = "the word of one region is enough" + (", blind or not" if whole else "")
    return Expectation(
        name=f"outvoted/{scenario.name}",
        scenario=scenario.name,
        requirements=("R06.3",),
        summary=f"nobody is paged for what {region} alone cannot reach"
        + (f", and it is told that {region} is blind" if whole else ""),
        watches=(watches.ALERTS, watches.values(f"runs of {region}", expr, about="runs")),
        judge=judge,
        ripe=ripe,
        control=Control(defect=defect, actions=_hasty(context, whole=whole), settle=15.0),
        depends=("journeys", "synthetics.checks", "synthetics.quorum", "regions"),
        engines=("prometheus",),
    )


def _lasts(context: Context, name: str) -> float:
    """Until an alert of that name has fired, whatever it is about, in seconds."""
    named = (each for each in context.declarations.alerts if each.name == name)
    longest = max((each.hold + each.window + each.interval for each in named), default=0.0)
    return longest + _SLACK


def _hasty(context: Context, *, whole: bool) -> tuple[Action, ...]:
    """One region is a quorum, and with `whole` none is ever taken for blind."""
    blind, quorum = votes.records(1)
    if whole:
        blind = RecordingRule(record=blind.record, expr=f"({blind.expr}) * 0")
    return _changed(
        context,
        lambda group: replace(group, records=(blind, quorum)) if group.records else group,
        votes.QUORUM,
    )


def _changed(
    context: Context, change: Callable[[RuleGroup], RuleGroup], holds: str
) -> tuple[Action, ...]:
    """The file with the groups that hold this alert or record, each of them changed."""
    version = context.versions.get("prometheus", "3")
    for name, groups in rules.files(context.declarations.groups).items():
        found = [
            holds in {*(each.name for each in one.alerts), *(each.record for each in one.records)}
            for one in groups
        ]
        if any(found):
            changed = tuple(
                change(one) if here else one for one, here in zip(groups, found, strict=True)
            )
            text = rules.rule_file(changed, links=lambda _: {}, version=version)
            return (AlterFile(workload=prometheus.NAME, path=rules.path(name), text=text),)
    return ()
