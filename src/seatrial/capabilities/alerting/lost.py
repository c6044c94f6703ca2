"""Where there are several regions: the one that the centre stands in is lost.

With it goes all that could tell: the centre, its pair, its watchdog, and what votes on journeys.
The others must page for it, each by what stands in itself.
"""

from collections.abc import Iterator
from dataclasses import replace

from seatrial.capabilities.alerting import worst
from seatrial.capabilities.alerting.declare import WATCHDOG
from seatrial.capabilities.alerting.federated import (
    CLEAR_WITHIN,
    alone,
    expected,
    gone,
    to_centre,
    where,
)
from seatrial.capabilities.alerting.judges import Wanted
from seatrial.capabilities.alerting.routes import receiver_name
from seatrial.capabilities.alerting.steady import conditions
from seatrial.contract.action import Kill
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import EVERYTHING, Expectation, Injection, Scenario
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.probing import probers
from seatrial.system.regions import called

LOST = "centre-lost"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """The death of all that runs in the centre's region, where one of ours stands in a region."""
    if alone(context) is None:
        return ()
    region, centre = _centre(context)
    page = context.system.targets.fault_to_page.seconds
    return (
        Scenario(
            name=LOST,
            question=f"When {region} is lost, and the centre with it, who pages?",
            injections=(Injection(actions=tuple(_deaths(context, region, centre))),),
            radius=frozenset({EVERYTHING}),
            within=page + CLEAR_WITHIN,
            steady=conditions(traffic=bool(context.system.journeys)),
        ),
    )


def expectations(context: Context, scenario: Scenario) -> tuple[Expectation, ...]:
    """Each other region pages for it."""
    rule = alone(context)
    if rule is None:
        return ()
    lost, _ = _centre(context)
    others = [each for each in context.regions if each != lost]
    # what needs the lost region fails with it; what returns there may tell of the time meanwhile
    among = tuple({"region": each} for each in others)
    found = []
    for region in others:
        wanted = Wanted(
            labels={"alertname": rule.name, "service": rule.subject, "region": region},
            receiver=receiver_name(rule.owner, Severity.PAGE),
            target=context.system.targets.fault_to_page.seconds,
            worst=worst.of_alert(
                context.declarations.groups,
                rule.name,
                rule.subject,
                context.settings.group_wait.seconds,
            ),
            clears=True,
            clear_within=CLEAR_WITHIN,
            among=among,
            after=({"region": lost},),
        )
        server = called(prometheus.NAME, region, context.regions[0])
        one = expected(
            f"absence/{scenario.name}-{region}",
            scenario,
            wanted,
            summary=f"{lost} is lost with the centre: {region} pages for it, and that it is back",
            control=gone(context, rule.name, rule.subject, server),
        )
        found.append(replace(one, expects=(dict(wanted.labels), *among)))
    return tuple(found)


def _centre(context: Context) -> tuple[str, str]:
    """The region that the centre stands in, and what the centre is called."""
    link = next(link for each in context.regions if (link := to_centre(context, each)) is not None)
    return context.placement.of(link.target)[0].region, link.target


def _deaths(context: Context, region: str, centre: str) -> Iterator[Kill]:
    """All of it, so that what tells others dies first and returns last.

    Not what a rehearsal adds: the sink stands where no region is lost.
    """
    home = context.regions[0]
    tells = (WATCHDOG, alertmanager.NAME)
    yield from (Kill(workload=called(each, region, home)) for each in tells)
    yield Kill(workload=centre)
    yield Kill(workload=called(prometheus.NAME, region, home))
    looking = [name for name, at in probers(context.system).items() if (at or home) == region]
    yield from (Kill(workload=each) for each in looking if context.placement.has(each))
    for name in context.system.services:
        there = where(context, name)
        if region in there:
            yield Kill(workload=called(name, region, there[0]))
    if region == home:
        held = (each for each in context.system.stores if context.placement.has(each))
        yield from (Kill(workload=each) for each in held)
