"""A drill of announced maintenance: a service dies in its window, and another one outside of it.

No rehearsal waits for a declared day, and no clock is faked: a window that holds now is given to
the running Alertmanagers, on the routes that declared ones take, and to the probers. When it is
over the service dies once more, and must page as ever.
"""

import json

from seatrial.capabilities.alerting import arrivals, lasting, worst
from seatrial.capabilities.alerting.judges import Wanted
from seatrial.capabilities.alerting.notification import status
from seatrial.capabilities.alerting.render import configuration
from seatrial.capabilities.alerting.routes import receiver_name
from seatrial.capabilities.alerting.steady import conditions
from seatrial.capabilities.alerting.telling import tells
from seatrial.capabilities.alerting.windowed import held_until
from seatrial.contract.action import Action, AlterFile, Kill, Request
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity, Window
from seatrial.contract.scenario import EVERYTHING, Control, Expectation, Injection, Scenario
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.system import graph
from seatrial.system.probing import probers
from seatrial.system.regions import called

MAINTENANCE = "maintenance"
_LONGER = 15.0  # seconds beyond the worst case for which nobody may be paged
_PAUSE = 5.0


def scenario(context: Context, struck: str) -> Scenario:
    """`struck` has a window and dies in it, and again after it; so does another one, once."""
    journeys = sorted(graph.journeys_through(context.system, struck))
    window = Window(name="drill", spans=((0.0, 60.0),), subjects=(struck, *journeys))
    other = _other(context, struck)
    deaths = tuple(Kill(workload=each) for each in (struck, other) if each)
    least = (_worst(context, struck) or context.system.targets.fault_to_page.seconds) + _LONGER
    page = context.system.targets.fault_to_page.seconds
    return Scenario(
        name=MAINTENANCE,
        question=f"In a window of {struck}, is nobody paged for it, and anybody for all else?",
        injections=(
            Injection(
                actions=(
                    *_alertmanagers(context, (window,)),
                    *(each for journey in journeys for each in _closed(context, journey)),
                    *deaths,
                ),
                least=least,
                pause=_PAUSE,
            ),
            Injection(actions=(Kill(workload=struck),)),
        ),
        radius=frozenset({EVERYTHING}),
        within=least + 2 * page + 60.0,
        steady=conditions(traffic=bool(context.system.journeys)),
    )


def _alertmanagers(context: Context, now: tuple[Window, ...]) -> tuple[Action, ...]:
    """These windows hold at each of them."""
    home = context.regions[0]
    return tuple(
        AlterFile(
            workload=called(alertmanager.NAME, region, home),
            path="alertmanager.yml",
            text=configuration(context, region, now=now),
        )
        for region in context.regions
    )


def _closed(context: Context, journey: str, *, on: bool = True) -> tuple[Action, ...]:
    """Each prober is told whether maintenance of the journey holds."""

    def told(prober: str, *, holds: bool, undo: Request | None = None) -> Request:
        return Request(
            workload=prober,
            port="http",
            method="POST",
            path="/maintenance",
            body=json.dumps({"journey": journey, "on": holds}),
            undo=undo,
        )

    return tuple(
        told(each, holds=on, undo=told(each, holds=False)) for each in probers(context.system)
    )


def _other(context: Context, struck: str) -> str | None:
    """Another service that tells of itself, whose death neither explains this one's nor follows."""
    system = context.system
    near = graph.radius(system, struck) | graph.needs(system)[struck]
    own = (each for each in system.services if (tells(system, each) or ("", ""))[1] == each)
    return next((each for each in own if each not in near), None)


def _worst(context: Context, subject: str) -> float | None:
    alert, _ = tells(context.system, subject) or ("", "")
    wait = context.settings.group_wait.seconds
    return worst.of_alert(context.declarations.groups, alert, subject, wait)


def _wanted(context: Context, subject: str) -> Wanted:
    alert, about = tells(context.system, subject) or ("", subject)
    return Wanted(
        labels={"alertname": alert, "service": about},
        receiver=receiver_name(context.system.services[subject].owner, Severity.PAGE),
        target=context.system.targets.fault_to_page.seconds,
        worst=_worst(context, subject),
        after=lasting.afterwards(context, subject),
    )


def expectation(context: Context, scenario: Scenario) -> Expectation:
    """Nobody is paged for it in the window; whoever else dies is told of, and it after that."""
    again = scenario.injections[-1].actions
    (struck,) = (each.workload for each in again if isinstance(each, Kill))
    held = _wanted(context, struck)
    other = _other(context, struck)
    free = None if other is None else _wanted(context, other)
    judge, ripe = held_until(held, free)
    owners = {context.system.services[each].owner for each in (struck, other) if each}
    beside = f", while the death of {other} pages" if other else ""
    return Expectation(
        name=f"muted/{MAINTENANCE}",
        scenario=scenario.name,
        requirements=("R03.4",),
        summary=f"in its window {struck} pages nobody{beside}; after the window it pages",
        watches=(arrivals.WATCH, status()),
        judge=judge,
        ripe=ripe,
        control=Control(
            defect="the window is taken out of Alertmanager",
            actions=_alertmanagers(context, ()),
            late=True,
        ),
        depends=(
            *(f"services.{each}" for each in (struck, other) if each),
            *(f"teams.{each}" for each in sorted(owners)),
            *("alerting", "monitoring", "targets.fault_to_page"),
        ),
        engines=("prometheus", "alertmanager"),
        expects=(
            dict(held.labels),
            *(dict(each.labels) for each in (free,) if each is not None),
            *(dict(each) for one in (held, free) if one is not None for each in one.after),
        ),
    )
