"""Where there are several regions: one is cut from the centre, and one of each pair dies.

Alerts stay local: whoever is in a region is watched, and paged for, by what stands in the region.
The centre pages for the region as a whole, which is all that it can know.
"""

from dataclasses import replace

from seatrial.capabilities.alerting import arrivals, controls, worst
from seatrial.capabilities.alerting.judges import Wanted, once, paged, ripe
from seatrial.capabilities.alerting.routes import receiver_name
from seatrial.capabilities.alerting.steady import conditions
from seatrial.capabilities.alerting.telling import tells
from seatrial.contract.action import Action, CutEdge, Kill
from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule, Severity
from seatrial.contract.placement import Link
from seatrial.contract.scenario import (
    EVERYTHING,
    Ability,
    Control,
    Expectation,
    Injection,
    Scenario,
)
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.regions import called, of

CUT = "centre-cut-"
HALVED = "pairs-halved"
CLEAR_WITHIN = 180.0
SETTLE = 10.0  # a page that comes twice comes once the survivor has waited for its turn
_FORGOTTEN = 5.0  # seconds until a changed rule has been evaluated
_ENGINES = ("prometheus", "alertmanager")


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """A cut of each region that the centre is not in, and the death of one of each pair."""
    struck = _struck(context)
    if len(context.regions) == 1 or struck is None:
        return ()
    steady = conditions(traffic=bool(context.system.journeys))
    page = context.system.targets.fault_to_page.seconds
    cuts = tuple(
        Scenario(
            name=f"{CUT}{region}",
            question=f"When {region} is cut off from the centre, who knows what?",
            injections=(
                Injection(
                    actions=(
                        CutEdge(source=link.source, target=link.target),
                        Kill(workload=_called(context, struck, region)),
                    )
                ),
            ),
            radius=frozenset({EVERYTHING}),
            within=page + CLEAR_WITHIN,
            steady=steady,
            needs=frozenset({Ability.FAULT_PROXY}),
        )
        for region in _where(context, struck)
        if (link := _to_centre(context, region)) is not None
        and context.placement.of(link.target)[0].region != region
    )
    halved = Scenario(
        name=HALVED,
        question="With one of each pair dead, does each page come, and come once?",
        injections=(Injection(actions=(*_halves(context), *_deaths(context, struck))),),
        radius=frozenset({EVERYTHING}),
        within=page + 2 * SETTLE,
        settle=SETTLE,
        steady=steady,
    )
    return (*cuts, halved)


def _halves(context: Context) -> tuple[Action, ...]:
    """The first of each pair of each region."""
    return tuple(
        Kill(workload=called(name, region, context.regions[0]), replica=0)
        for region in context.regions
        for name in (prometheus.NAME, alertmanager.NAME)
    )


def _deaths(context: Context, service: str) -> tuple[Action, ...]:
    return tuple(
        Kill(workload=_called(context, service, region)) for region in _where(context, service)
    )


def _struck(context: Context) -> str | None:
    """The service that is in most regions, of those that tell of themselves."""
    own = [
        name
        for name in context.system.services
        if (told := tells(context.system, name)) is not None and told[1] == name
    ]
    return max(own, key=lambda each: len(_where(context, each)), default=None)


def _where(context: Context, service: str) -> tuple[str, ...]:
    return of(context.system.services[service], context.regions)


def _called(context: Context, service: str, region: str) -> str:
    return called(service, region, _where(context, service)[0])


def _to_centre(context: Context, region: str) -> Link | None:
    """The way on which a region's samples go, where a rehearsal can cut it."""
    server = called(prometheus.NAME, region, context.regions[0])
    return next((each for each in context.declarations.links if each.source == server), None)


def cut(context: Context, scenario: Scenario, region: str) -> tuple[Expectation, ...]:
    """What is in the region still pages, and the centre pages for the region."""
    struck = _struck(context)
    link = _to_centre(context, region)
    if struck is None or link is None:
        return ()
    silent = next(
        each
        for group in context.declarations.groups
        if group.centre
        for each in group.alerts
        if each.labels.get("region") == region
    )
    local = _wanted(context, struck, region)
    absent = replace(
        local,
        labels={"alertname": silent.name, "service": silent.subject, "region": region},
        receiver=receiver_name(silent.owner, Severity.PAGE),
        worst=_worst(context, silent.name, silent.subject),
        clears=True,
        clear_within=CLEAR_WITHIN,
    )
    local, absent = replace(local, among=(absent.labels,)), replace(absent, among=(local.labels,))
    base = Expectation(
        name=f"page/{scenario.name}",
        scenario=scenario.name,
        requirements=("R01.4", "R03.1"),
        summary=f"{region} is cut off, and {local.labels['alertname']} of {struck} in it pages",
        watches=(arrivals.WATCH,),
        judge=paged(local),
        ripe=ripe(local),
        control=_alike(context, struck, region),
        depends=(f"services.{struck}", "regions", "teams", "alerting", "monitoring"),
        engines=_ENGINES,
        expects=(dict(local.labels), dict(absent.labels)),
    )
    return (
        base,
        replace(
            base,
            name=f"absence/{scenario.name}",
            summary=f"the centre pages that nothing is heard from {region}, and that it is back",
            judge=paged(absent),
            ripe=ripe(absent),
            control=_unwatched(context, silent, link.target),
            depends=("regions", "teams", "alerting", "monitoring"),
        ),
    )


def halved(context: Context, scenario: Scenario) -> tuple[Expectation, ...]:
    """In each region the page arrives, once on each channel."""
    struck = _struck(context)
    if struck is None:
        return ()
    wanted = {each: _wanted(context, struck, each) for each in _where(context, struck)}
    found = []
    for region, own in wanted.items():
        others = tuple(each.labels for name, each in wanted.items() if name != region)
        one = replace(own, among=others)
        found.append(
            Expectation(
                name=f"once/{scenario.name}-{region}",
                scenario=scenario.name,
                requirements=("R01.4", "R03.1"),
                summary=f"with one of each pair dead, {struck} in {region} pages exactly once",
                watches=(arrivals.WATCH,),
                judge=once(one),
                ripe=ripe(one),
                control=_alike(context, struck, *list(wanted)[1:]),
                depends=(f"services.{struck}", "regions", "teams", "alerting", "monitoring"),
                engines=_ENGINES,
                expects=tuple(dict(each.labels) for each in wanted.values()),
            )
        )
    return tuple(found)


def _wanted(context: Context, service: str, region: str) -> Wanted:
    system = context.system
    told = tells(system, service)
    if told is None:
        raise LookupError(f"nothing tells the death of {service}")
    alert, subject = told
    return Wanted(
        labels={"alertname": alert, "service": subject, "region": region},
        receiver=receiver_name(system.services[service].owner, Severity.PAGE),
        target=system.targets.fault_to_page.seconds,
        worst=_worst(context, alert, subject),
    )


def _worst(context: Context, alert: str, subject: str) -> float | None:
    wait = context.settings.group_wait.seconds
    return worst.of_alert(context.declarations.groups, alert, subject, wait)


def _alike(context: Context, subject: str, *regions: str) -> Control:
    """Regions that call themselves as home does: their alerts of the subject are home's."""
    home = context.regions[0]

    def renamed(rule: AlertRule) -> AlertRule:
        own = {"region": home} if rule.subject == subject else {}
        return replace(rule, labels={**rule.labels, **own})

    actions = tuple(
        each
        for region in regions
        for each in controls.altered(context, renamed, server=called(prometheus.NAME, region, home))
    )
    return Control(
        defect=f"the alerts of {' and '.join(regions)} bear the labels of {home}",
        actions=actions,
        settle=_FORGOTTEN,
    )


def _unwatched(context: Context, silent: AlertRule, centre: str) -> Control:
    """The centre does not miss the region."""

    def drop(rule: AlertRule) -> AlertRule | None:
        return None if (rule.name, rule.subject) == (silent.name, silent.subject) else rule

    return Control(
        defect=f"the rule {silent.name} of {silent.subject} is gone",
        actions=controls.altered(context, drop, server=centre, centre=True),
    )
