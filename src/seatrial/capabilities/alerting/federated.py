"""Where there are several regions: one is cut from the centre, and one of each pair dies.

Alerts stay local: whoever is in a region is watched, and paged for, by what stands in the region.
The centre pages for the region as a whole, which is all that it can know. It cannot page for the
region that it stands in: that is lost in a drill of its own (`lost.py`), and the others page.
"""

from collections.abc import Callable, Sequence
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
    Judge,
    Scenario,
)
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system import graph
from seatrial.system.regions import called, of

CUT = "centre-cut-"
HALVED = "pairs-halved"
CLEAR_WITHIN = 180.0
SETTLE = 10.0  # a page that comes twice comes once the survivor has waited for its turn
_FORGOTTEN = 5.0  # seconds until a changed rule has been evaluated
_ENGINES = ("prometheus", "alertmanager")


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """A cut of each region that the centre is not in, and the death of one of each pair."""
    if len(context.regions) == 1:
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
                        *_deaths(context, region),
                    )
                ),
            ),
            radius=frozenset({EVERYTHING}),
            within=page + CLEAR_WITHIN,
            steady=steady,
            needs=frozenset({Ability.FAULT_PROXY}),
        )
        for region in context.regions
        if (link := to_centre(context, region)) is not None
        and context.placement.of(link.target)[0].region != region
    )
    deaths = tuple(each for region in context.regions for each in _deaths(context, region))
    halved = Scenario(
        name=HALVED,
        question="With one of each pair dead, does each page come, and come once?",
        injections=(Injection(actions=(*_halves(context), *deaths)),),
        radius=frozenset({EVERYTHING}),
        within=page + 2 * SETTLE,
        settle=SETTLE,
        steady=steady,
    )
    return (*cuts, halved) if deaths else cuts


def _halves(context: Context) -> tuple[Action, ...]:
    """The first of each pair of each region."""
    return tuple(
        Kill(workload=called(name, region, context.regions[0]), replica=0)
        for region in context.regions
        for name in (prometheus.NAME, alertmanager.NAME)
    )


def _deaths(context: Context, region: str) -> tuple[Action, ...]:
    """A service of the region dies, where one is that tells of it."""
    struck = _struck(context, region)
    return () if struck is None else (Kill(workload=_called(context, struck, region)),)


def _struck(context: Context, region: str) -> str | None:
    """Of the services in a region that tell of themselves, the one that is in most regions."""
    own = [
        name
        for name in context.system.services
        if region in where(context, name)
        and (told := tells(context.system, name)) is not None
        and told[1] == name
    ]
    return max(own, key=lambda each: len(where(context, each)), default=None)


def where(context: Context, service: str) -> tuple[str, ...]:
    """The regions that a service is in."""
    return of(context.system.services[service], context.regions)


def _felt(context: Context, struck: str) -> tuple[dict[str, str], ...]:
    """What users who come in by it tell: at home, where nothing of its region holds that back."""
    journeys = sorted(graph.journeys_through(context.system, struck))
    return tuple({"service": each} for each in journeys)


def _called(context: Context, service: str, region: str) -> str:
    return called(service, region, where(context, service)[0])


def to_centre(context: Context, region: str) -> Link | None:
    """The way on which a region's samples go, where a rehearsal can cut it."""
    server = called(prometheus.NAME, region, context.regions[0])
    return next((each for each in context.declarations.links if each.source == server), None)


def cut(context: Context, scenario: Scenario, region: str) -> tuple[Expectation, ...]:
    """What is in the region still pages, and the centre pages for the region."""
    link = to_centre(context, region)
    if link is None:
        return ()
    struck = _struck(context, region)
    silent = next(
        each
        for group in context.declarations.groups
        if group.centre
        for each in group.alerts
        if each.labels.get("region") == region
    )
    absent = Wanted(
        labels={"alertname": silent.name, "service": silent.subject, "region": region},
        receiver=receiver_name(silent.owner, Severity.PAGE),
        target=context.system.targets.fault_to_page.seconds,
        worst=_worst(context, silent.name, silent.subject),
        clears=True,
        clear_within=CLEAR_WITHIN,
    )
    local = None if struck is None else _wanted(context, struck, region)
    lost = alone(context)  # who is cut off cannot tell that from the loss of the other end
    beside = (
        *(() if lost is None else ({"alertname": lost.name, "region": region},)),
        *(() if struck is None else _felt(context, struck)),
    )
    missed = expected(
        f"absence/{scenario.name}",
        scenario,
        replace(absent, among=beside if local is None else (local.labels, *beside)),
        summary=f"the centre pages that nothing is heard from {region}, and that it is back",
        control=gone(context, silent.name, silent.subject, link.target, centre=True),
    )
    if local is None or struck is None:
        return (replace(missed, expects=(dict(absent.labels), *beside)),)
    every = (dict(local.labels), dict(absent.labels), *beside)
    page = expected(
        f"page/{scenario.name}",
        scenario,
        replace(local, among=(absent.labels, *beside)),
        summary=f"{region} is cut off, and {local.labels['alertname']} of {struck} in it pages",
        control=_alike(context, struck, region),
        struck=struck,
    )
    return (replace(page, expects=every), replace(missed, expects=every))


def alone(context: Context) -> AlertRule | None:
    """What other regions tell of the one that the centre stands in; None where it is elsewhere."""
    every = context.declarations.groups
    whole = {each.subject for group in every if group.centre for each in group.alerts}
    return next(
        (
            each
            for group in every
            if not group.centre
            for each in group.alerts
            if each.subject in whole
        ),
        None,
    )


def expected(
    name: str,
    scenario: Scenario,
    wanted: Wanted,
    *,
    summary: str,
    control: Control,
    struck: str = "",
    judging: Callable[[Wanted], Judge] = paged,
) -> Expectation:
    """That a page comes, in a drill of several regions."""
    return Expectation(
        name=name,
        scenario=scenario.name,
        requirements=("R01.4", "R03.1"),
        summary=summary,
        watches=(arrivals.WATCH,),
        judge=judging(wanted),
        ripe=ripe(wanted),
        control=control,
        depends=(
            *((f"services.{struck}",) if struck else ()),
            *("regions", "teams", "alerting", "monitoring"),
        ),
        engines=_ENGINES,
        expects=(dict(wanted.labels),),
    )


def halved(context: Context, scenario: Scenario) -> tuple[Expectation, ...]:
    """In each region the page arrives, once on each channel."""
    told = {each: name for each in context.regions if (name := _struck(context, each))}
    wanted = {region: _wanted(context, name, region) for region, name in told.items()}
    found = []
    for region, struck in told.items():
        others = tuple(each.labels for name, each in wanted.items() if name != region)
        alike = [each for each, other in told.items() if other == struck and each != region]
        one = expected(
            f"once/{scenario.name}-{region}",
            scenario,
            replace(wanted[region], among=(*others, *_felt(context, struck))),
            summary=f"with one of each pair dead, {struck} in {region} pages exactly once",
            # with nobody to be confused with, the page can only be missed
            control=_alike(context, struck, *_from_second(context, [region, *alike]))
            if alike
            else gone(
                context,
                *_about(wanted[region]),
                called(prometheus.NAME, region, context.regions[0]),
            ),
            struck=struck,
            judging=once,
        )
        pages = (dict(each.labels) for each in wanted.values())
        found.append(replace(one, expects=(*pages, *_felt(context, struck))))
    return tuple(found)


def _about(wanted: Wanted) -> tuple[str, str]:
    """The alert, and what it is about."""
    return wanted.labels["alertname"], wanted.labels["service"]


def _from_second(context: Context, regions: Sequence[str]) -> list[str]:
    """All of these but home, or else but the first, in the order of the file."""
    ordered = [each for each in context.regions if each in regions]
    return ordered[1:]


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


def gone(
    context: Context, name: str, subject: str, server: str, *, centre: bool = False
) -> Control:
    """One server does not have the rule."""

    def drop(rule: AlertRule) -> AlertRule | None:
        return None if (rule.name, rule.subject) == (name, subject) else rule

    return Control(
        defect=f"the rule {name} of {subject} is gone from {server}",
        actions=controls.altered(context, drop, server=server, centre=centre),
    )
