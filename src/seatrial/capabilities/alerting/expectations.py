"""What alerting expects to see in each scenario, and with which defect it must turn red."""

from collections.abc import Callable
from dataclasses import replace

from seatrial.capabilities.alerting import (
    arrivals,
    canary,
    controls,
    federated,
    inhibition,
    lasting,
    lost,
    maintenance,
    mutes,
    notification,
    worst,
)
from seatrial.capabilities.alerting.calm import BEATS, quiet
from seatrial.capabilities.alerting.declare import WATCHDOG, owner_of
from seatrial.capabilities.alerting.judges import Wanted, once, paged, ripe, untold
from seatrial.capabilities.alerting.routes import receiver_name
from seatrial.capabilities.alerting.rules.outage import JOURNEY_FAILING
from seatrial.capabilities.alerting.scenarios import CLEAR_WITHIN
from seatrial.capabilities.alerting.telling import symptom, tells
from seatrial.contract.action import AlterFile, Pause
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import Control, Expectation, Scenario
from seatrial.engines.prometheus.watches import ALERTS
from seatrial.system import graph
from seatrial.system.ownership import UNASSIGNED
from seatrial.system.probing import PROBER, entries

ENGINES = ("prometheus", "alertmanager")
_EXPIRES, _EXPIRY_TOLD = "CheckExpires", 180.0  # seconds
OUTAGE = ("R03.1", "R03.2", "R03.3", "S1")


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """The expectations of every scenario that alerting can speak of."""
    found: list[Expectation] = []
    for scenario in scenarios:
        if scenario.name.startswith(federated.CUT):
            region = scenario.name.removeprefix(federated.CUT)
            found += federated.cut(context, scenario, region)
        elif scenario.name == federated.HALVED:
            found += federated.halved(context, scenario)
        elif scenario.name == lost.LOST:
            found += lost.expectations(context, scenario)
        for prefix, build in _BUILDERS.items():
            if scenario.name.startswith(prefix):
                found.append(build(context, scenario, scenario.name.removeprefix(prefix)))
                found += _beside(context, scenario, found[-1])
                break
    return tuple(found)


def _beside(context: Context, scenario: Scenario, first: Expectation) -> tuple[Expectation, ...]:
    """What else a scenario shows, with a defect of its own."""
    if scenario.name == "blips" and canary.wanted(context):
        return (canary.expectation(context, scenario),)
    if not scenario.name.startswith("store-down-"):
        return ()
    subject = scenario.name.removeprefix("store-down-")
    wanted = _wanted(context, scenario, subject, "StoreDown")
    return (
        replace(
            first,
            name=f"once/{scenario.name}",
            requirements=("R03.1",),
            summary=f"StoreDown of {subject} pages {_whom(_owner(context, subject))} once",
            watches=(arrivals.WATCH,),
            judge=once(wanted),
            control=controls.repeated(context),
        ),
    )


def _owner(context: Context, subject: str) -> str:
    system = context.system
    for group in (system.services, system.stores, system.journeys):
        if subject in group:
            return group[subject].owner
    return next(iter(system.teams), "")


def _paged(
    context: Context,
    scenario: Scenario,
    subject: str,
    alert: str,
    control: Control,
    *,
    clears: bool,
) -> Expectation:
    owner = _owner(context, subject)
    wanted = replace(_wanted(context, scenario, subject, alert), clears=clears)
    return Expectation(
        name=f"page/{scenario.name}",
        scenario=scenario.name,
        requirements=OUTAGE if clears else ("R03.1", "S1"),
        summary=f"{alert} of {subject} pages {_whom(owner)} on every channel"
        + (", and clears" if clears else ""),
        watches=(arrivals.WATCH, ALERTS),
        judge=paged(wanted),
        ripe=ripe(wanted),
        control=control,
        depends=_depends(context, subject, owner),
        engines=ENGINES,
        expects=(dict(wanted.labels), *wanted.after),
    )


def _wanted(context: Context, scenario: Scenario, subject: str, alert: str) -> Wanted:
    least = max(each.least for each in scenario.injections)
    whole = least > 0 and least >= lasting.whole(context, subject)
    spent = whole or subject in context.system.journeys
    return Wanted(
        labels={"alertname": alert, "service": subject},
        receiver=receiver_name(_owner(context, subject), Severity.PAGE),
        target=context.system.targets.fault_to_page.seconds,
        clear_within=CLEAR_WITHIN,
        worst=worst.of_alert(
            context.declarations.groups, alert, subject, context.settings.group_wait.seconds
        ),
        after=lasting.afterwards(context, subject) if spent else (),
        times=_regions(context, subject),
    )


def _regions(context: Context, subject: str) -> int:
    """In how many regions it is watched: an alert tells its region, and is one there."""
    system, placement = context.system, context.placement
    if subject in system.journeys:
        return len(entries(system, system.journeys[subject].start, context.regions))
    watched = subject if placement.has(subject) else PROBER  # of a check
    return len({each.region for each in placement.of(watched)})


def _whom(owner: str) -> str:
    return "somebody (nobody answers for it)" if owner == UNASSIGNED else owner


def _depends(context: Context, subject: str, owner: str) -> tuple[str, ...]:
    system = context.system
    kind = next(
        (
            key
            for key, group in (
                ("services", system.services),
                ("stores", system.stores),
                ("journeys", system.journeys),
            )
            if subject in group
        ),
        None,
    )
    own: tuple[str, ...] = (f"{kind}.{subject}",) if kind else ()
    if kind == "journeys":
        own += _crossed(context, subject)
    return (*own, f"teams.{owner}", "alerting", "monitoring", "targets.fault_to_page")


def _crossed(context: Context, journey: str) -> tuple[str, ...]:
    """The services and stores that a journey goes through: it fails with each of them."""
    system = context.system
    names = graph.crossed(system, system.journeys[journey])
    services = (f"services.{each}" for each in system.services if each in names)
    return (*services, *(f"stores.{each}" for each in system.stores if each in names))


def _service_down(context: Context, scenario: Scenario, subject: str) -> Expectation:
    told = tells(context.system, subject)
    if told is None:
        return _untold(context, scenario, subject)
    alert, felt = told
    control = controls.route_muted(context, _owner(context, felt))
    found = _paged(context, scenario, felt, alert, control, clears=True)
    return _resting(found, subject)


def _untold(context: Context, scenario: Scenario, subject: str) -> Expectation:
    owner = _owner(context, subject)
    why = f"{subject} has no metrics and no port, and no journey runs through it"
    return Expectation(
        name=f"page/{scenario.name}",
        scenario=scenario.name,
        requirements=OUTAGE,
        summary=f"the death of {subject} pages {_whom(owner)}",
        watches=(),
        judge=untold(f"nothing can tell whether {subject} lives: {why}"),
        ripe=None,
        control=controls.route_muted(context, owner),
        depends=(*_depends(context, subject, owner), "journeys"),
        engines=ENGINES,
    )


def _resting(found: Expectation, subject: str) -> Expectation:
    """With the service that was struck among what it rests on, also where a journey tells it."""
    return replace(found, depends=tuple(dict.fromkeys((f"services.{subject}", *found.depends))))


def _service_hung(context: Context, scenario: Scenario, subject: str) -> Expectation:
    told = tells(context.system, subject)
    if told is None:
        raise LookupError(f"{scenario.name} has nothing to look for")
    alert, felt = told
    control = controls.rule_missing(context, alert, felt)
    return _resting(_paged(context, scenario, felt, alert, control, clears=False), subject)


def _store_down(context: Context, scenario: Scenario, subject: str) -> Expectation:
    control = (
        controls.no_inhibition(context)
        if lasting.holds_back(context, scenario, subject)
        else controls.route_muted(context, _owner(context, subject))
    )
    found = _paged(context, scenario, subject, "StoreDown", control, clears=True)
    held = sorted(graph.dependents(context.system).get(subject, frozenset()))
    return replace(found, depends=(*(f"services.{each}" for each in held), *found.depends))


def _journey_broken(context: Context, scenario: Scenario, subject: str) -> Expectation:
    """Its services are well, so that only the journey's own alert can tell."""
    control = controls.rule_missing(context, JOURNEY_FAILING, subject)
    return _paged(context, scenario, subject, JOURNEY_FAILING, control, clears=False)


def _certificate_ends(context: Context, scenario: Scenario, _: str) -> Expectation:
    """Whoever declared a check is told of its certificate, in minutes: what is left are days."""
    struck = {
        each.workload
        for one in scenario.injections
        for each in one.actions
        if isinstance(each, AlterFile)
    }
    alert = next(
        each
        for each in context.declarations.alerts
        if each.name == _EXPIRES and each.subject in struck
    )
    owner = alert.owner
    wanted = Wanted(
        labels={"alertname": _EXPIRES, "service": alert.subject},
        receiver=receiver_name(owner, Severity.PAGE),
        target=_EXPIRY_TOLD,
    )
    return Expectation(
        name=f"page/{scenario.name}",
        scenario=scenario.name,
        requirements=("R03.1",),
        summary=f"{_EXPIRES} pages {_whom(owner)} on every channel",
        watches=(arrivals.WATCH, ALERTS),
        judge=paged(wanted),
        ripe=ripe(wanted),
        control=controls.route_muted(context, owner),
        depends=(f"teams.{owner}", "alerting", "monitoring"),
        engines=ENGINES,
        expects=(dict(wanted.labels),),
    )


def _link_cut(context: Context, scenario: Scenario, edge: str) -> Expectation:
    subject = next(
        each
        for each, service in context.system.services.items()
        if any(edge == f"{each}-{need}" for need in service.needs)
    )
    shown = symptom(context, subject)
    if shown is None:
        raise LookupError(f"{scenario.name} has no symptom to look for")
    alert, felt = shown
    control = controls.rule_missing(context, alert, felt)
    found = _paged(context, scenario, felt, alert, control, clears=False)
    rests = (f"stores.{edge.removeprefix(f'{subject}-')}", f"services.{subject}")
    return replace(found, depends=tuple(dict.fromkeys((*rests, *found.depends))))


def _calm(context: Context, scenario: Scenario, control: Control, summary: str) -> Expectation:
    canaries = canary.wanted(context)
    return Expectation(
        name=f"quiet/{scenario.name}",
        scenario=scenario.name,
        requirements=("R03.1",),
        summary=summary,
        watches=(arrivals.WATCH, ALERTS, BEATS),
        judge=quiet(canaries, at_least=30.0),
        ripe=canary.seen(canaries) if canaries else None,
        control=control,
        depends=("teams", "services", "stores", "journeys", "slos", "alerting", "monitoring"),
        engines=ENGINES,
    )


def _blips(context: Context, scenario: Scenario, _: str) -> Expectation:
    control = controls.hold_removed(
        context, (*context.system.services, *context.system.stores, *context.system.journeys)
    )
    return _calm(context, scenario, control, "blips of 8 s page nobody")


def _rolling(context: Context, scenario: Scenario, _: str) -> Expectation:
    control = controls.replicas_all_wanted(context)
    return _calm(context, scenario, control, "a rolling restart under load pages nobody")


def _idle(context: Context, scenario: Scenario, _: str) -> Expectation:
    control = controls.pages_on_silence(context)
    return _calm(context, scenario, control, "no traffic pages nobody")


def _dead(alert: str) -> "Builder":
    def build(context: Context, scenario: Scenario, _: str) -> Expectation:
        team = owner_of(context.system, context.settings)
        wanted = Wanted(
            labels={"alertname": alert},
            receiver=receiver_name(team, Severity.PAGE),
            target=context.system.targets.fault_to_page.seconds,
        )
        return Expectation(
            name=f"page/{scenario.name}",
            scenario=scenario.name,
            requirements=("R03.1", "S1"),
            summary=f"the watchdog pages {team} by itself",
            watches=(arrivals.WATCH,),
            judge=paged(wanted),
            ripe=ripe(wanted),
            control=Control(
                defect="the watchdog itself hangs", actions=(Pause(workload=WATCHDOG),)
            ),
            depends=(f"teams.{team}", "alerting", "monitoring", "targets.fault_to_page"),
            engines=ENGINES,
            expects=(dict(wanted.labels),),
        )

    return build


def _notified(
    build: Callable[[Context, Scenario], Expectation],
) -> "Builder":
    return lambda context, scenario, _: build(context, scenario)


Builder = Callable[[Context, Scenario, str], Expectation]
_BUILDERS: dict[str, Builder] = {
    "service-down-": _service_down,
    "service-hung-": _service_hung,
    "service-cut-off-": _service_hung,
    "store-down-": _store_down,
    "link-cut-": _link_cut,
    "journey-broken-": _journey_broken,
    "certificate-ends": _certificate_ends,
    "blips": _blips,
    "rolling-restart": _rolling,
    "idle": _idle,
    notification.CHANNELS: _notified(notification.channels_expectation),
    notification.SILENCE: _notified(notification.silence_expectation),
    inhibition.NAME: _notified(inhibition.expectation),
    mutes.MUTES: _notified(mutes.expectation),
    maintenance.MAINTENANCE: _notified(maintenance.expectation),
    "prometheus-dead": _dead("WatchdogResolved"),
    "alertmanager-dead": _dead("WatchdogSilent"),
}
