"""The faults that prove alerting: things die, hang, lose a link, blip, roll and fall idle."""

import json

from seatrial.capabilities.alerting import (
    canary,
    federated,
    inhibition,
    lasting,
    lost,
    maintenance,
    mutes,
    notification,
)
from seatrial.capabilities.alerting.steady import conditions
from seatrial.capabilities.alerting.telling import symptom, tells
from seatrial.contract.action import (
    CutEdge,
    Disconnect,
    Kill,
    Pause,
    Request,
    RollingRestart,
)
from seatrial.contract.capability import Context
from seatrial.contract.scenario import EVERYTHING, Ability, Injection, Scenario
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system import graph
from seatrial.system.model import System
from seatrial.system.probing import probers

BLIP = 8.0
BLIP_PAUSE = 10.0
BLIP_ROUNDS = 3
QUIET_WATCH = 25.0  # seconds after the last undo in which a wrong page would have come
AWAY = 6.0  # longer than a scrape interval: a replica that is replaced is missed once
CLEAR_WITHIN = 180.0


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Every scenario of this system. Production gets none: faults are for rehearsals."""
    if not context.rehearsal:
        return ()
    system = context.system
    return (
        *_services(context),
        *_stores(context),
        *_links(system, context),
        *_cut_off(context),
        *_calm(context),
        *_path(context),
        *federated.scenarios(context),
        *lost.scenarios(context),
    )


def _services(context: Context) -> tuple[Scenario, ...]:
    system = context.system
    steady = conditions(traffic=bool(system.journeys))
    page = system.targets.fault_to_page.seconds
    found: list[Scenario] = []
    quick = quick_services(system)
    told = {name: tells(system, name) for name in system.services}
    struck = tuple(each for each in system.services if each not in quick and told[each])
    long = lasting.widest(context, struck)
    for name in system.services:
        shown = told[name]
        if shown is None:
            found.append(_untold(name))
            continue
        least = lasting.whole(context, name) if name == long else 0.0
        radius = graph.radius(system, name) | _whole(system, shown[1])
        found.append(
            Scenario(
                name=f"service-down-{name}",
                question=f"When every replica of {name} dies, does its owner know in time?",
                injections=(Injection(actions=(Kill(workload=name),), least=least),),
                radius=radius,
                within=max(page, least) + CLEAR_WITHIN,
                steady=steady,
                quick=name in quick,
            )
        )
        found.append(
            Scenario(
                name=f"service-hung-{name}",
                question=f"When {name} takes connections and never answers, is it seen?",
                injections=(Injection(actions=(Pause(workload=name),)),),
                radius=radius,
                within=page + 10,
                steady=steady,
            )
        )
    return tuple(found)


def _untold(name: str) -> Scenario:
    """Nothing is done to what nobody could see: its place in the report is all there is of it."""
    return Scenario(
        name=f"service-down-{name}",
        question=f"When every replica of {name} dies, does its owner know in time?",
        injections=(),
        radius=frozenset(),
        within=0.0,
    )


def _whole(system: System, felt: str) -> frozenset[str]:
    """What must be whole while a journey shows a fault, or it would explain the symptom."""
    journey = system.journeys.get(felt)
    return graph.crossed(system, journey) if journey is not None else frozenset()


def quick_services(system: System) -> frozenset[str]:
    """One service for each owner, those with the fewest dependents, for a quick proof."""
    chosen: dict[str, str] = {}
    below = graph.dependents(system)
    for name, service in sorted(
        system.services.items(), key=lambda each: len(below.get(each[0], frozenset()))
    ):
        if tells(system, name) is not None:
            chosen.setdefault(service.owner, name)
    return frozenset(chosen.values())


def _stores(context: Context) -> tuple[Scenario, ...]:
    system = context.system
    stores = tuple(each for each in system.stores if context.placement.has(each))
    long = lasting.widest(context, stores)
    found: list[Scenario] = []
    for name in stores:
        # until what needs it is ill too, else there is nothing to hold back
        least = lasting.whole(context, name) if name == long else lasting.felt(context, name)
        found.append(
            Scenario(
                name=f"store-down-{name}",
                question=f"When {name} dies, is its owner paged once, and nobody else?",
                injections=(Injection(actions=(Kill(workload=name),), least=least),),
                radius=graph.radius(system, name),
                within=max(system.targets.fault_to_page.seconds, least) + CLEAR_WITHIN,
                settle=10.0,
                steady=conditions(traffic=bool(system.journeys)),
            )
        )
    return tuple(found)


def _links(system: System, context: Context) -> tuple[Scenario, ...]:
    found: list[Scenario] = []
    for name, service in system.services.items():
        shown = symptom(context, name)
        if shown is None:
            continue
        for need in service.needs:
            if need not in system.stores or not context.placement.has(need):
                continue
            found.append(
                Scenario(
                    name=f"link-cut-{name}-{need}",
                    question=f"When {name} cannot reach {need}, is what users feel noticed?",
                    injections=(Injection(actions=(CutEdge(source=name, target=need),)),),
                    radius=graph.radius(system, name) | _whole(system, shown[1]),
                    within=system.targets.fault_to_page.seconds + 10,
                    steady=conditions(traffic=bool(system.journeys)),
                    needs=frozenset({Ability.FAULT_PROXY}),
                )
            )
    return tuple(found)


def _cut_off(context: Context) -> tuple[Scenario, ...]:
    """One service that lives, and that nobody reaches: where replicas have their own networks."""
    system = context.system
    if context.beside or not context.placement.apart:
        return ()
    return tuple(
        Scenario(
            name=f"service-cut-off-{name}",
            question=f"When {name} lives and its network is gone, does its owner know in time?",
            injections=(Injection(actions=(Disconnect(workload=name),)),),
            radius=graph.radius(system, name) | _whole(system, told[1]),
            within=system.targets.fault_to_page.seconds + 10,
            steady=conditions(traffic=bool(system.journeys)),
            needs=frozenset({Ability.NETWORK}),
        )
        for name in sorted(quick_services(system))[-1:]
        if (told := tells(system, name)) is not None
    )


def _calm(context: Context) -> tuple[Scenario, ...]:
    """What must not page: blips, deploys, idleness. Each ends with a page that must come."""
    system = context.system
    traffic = bool(system.journeys)
    everything = (*system.services, *(each for each in system.stores))
    blips = Scenario(
        name="blips",
        question="Is everything that hangs for 8 s, again and again, left alone?",
        injections=(
            *(
                Injection(
                    actions=tuple(Pause(workload=each) for each in everything),
                    hold=BLIP,
                    pause=0.0 if last else BLIP_PAUSE,  # the watch over the quiet begins at once
                )
                for last in (*(False,) * (BLIP_ROUNDS - 1), True)
            ),
            canary.injection(context, least=QUIET_WATCH),
        ),
        radius=frozenset({EVERYTHING}),
        within=BLIP_ROUNDS * (BLIP + BLIP_PAUSE) + QUIET_WATCH + 20 + canary.within(context),
        steady=conditions(traffic=traffic),
        quick=True,
    )
    rolling = Scenario(
        name="rolling-restart",
        question="Does a deploy under load, replica after replica, page nobody?",
        injections=(
            *(
                Injection(actions=(RollingRestart(workload=name, away=AWAY),), hold=0.0, pause=3.0)
                for name in system.services
            ),
            canary.injection(context, least=QUIET_WATCH),
        ),
        radius=frozenset({EVERYTHING}),
        within=60.0 * len(system.services) + QUIET_WATCH + canary.within(context),
        steady=conditions(traffic=traffic),
    )
    return (blips, rolling, *_idle(context))


def _idle(context: Context) -> tuple[Scenario, ...]:
    system = context.system
    if not system.journeys:
        return ()
    quieten = tuple(
        Request(
            workload=prober,
            port="http",
            method="POST",
            path="/rate",
            body=json.dumps({"journey": name, "factor": 0.0}),
            undo=Request(
                workload=prober,
                port="http",
                method="POST",
                path="/rate",
                body=json.dumps({"journey": name, "factor": 1.0}),
            ),
        )
        for name in system.journeys
        for prober in probers(system)
    )
    return (
        Scenario(
            name="idle",
            question="Does a night without users page nobody?",
            injections=(Injection(actions=quieten, hold=60.0), canary.injection(context)),
            radius=frozenset({EVERYTHING}),
            within=60.0 + 40.0 + canary.within(context),
            steady=conditions(traffic=True),
        ),
    )


def _path(context: Context) -> tuple[Scenario, ...]:
    """The alerting path itself: dead monitoring, deaf channels, silences."""
    system = context.system
    steady = conditions(traffic=False)
    page = system.targets.fault_to_page.seconds
    found = [
        Scenario(
            name=f"{name}-dead",
            question=f"When {name} itself dies, who says so?",
            injections=(Injection(actions=(Kill(workload=name),)),),
            radius=frozenset({EVERYTHING}),
            within=page + 10,
            steady=steady,
        )
        for name in (prometheus.NAME, alertmanager.NAME)
    ]
    # a silence is of a service's own alerts, so that one must tell of itself
    own = (each for each in quick_services(system) if (tells(system, each) or ("", ""))[1] == each)
    quietest = sorted(own)[-1:]
    return (
        *found,
        notification.channels(context),
        inhibition.scenario(context),
        *mutes.scenarios(context),
        *(notification.silence(context, each) for each in quietest),
        *(maintenance.scenario(context, each) for each in quietest),
    )
