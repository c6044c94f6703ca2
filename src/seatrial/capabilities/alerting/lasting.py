"""How long an outage must last until everything that could page because of it would have. Pure.

A fault that ends with its first page shows nothing of the slower alerts: whether inhibition holds
them back is seen only where they had the time to fire.
"""

from collections.abc import Mapping
from functools import lru_cache

from seatrial.capabilities.alerting import worst
from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule, Declarations, RuleGroup, Severity, Tier
from seatrial.contract.scenario import Scenario
from seatrial.system import graph
from seatrial.system.same import Same


def felt(context: Context, store: str) -> float:
    """Seconds after which every service that itself needs the store has its own alert firing."""
    services = context.system.services
    below = graph.dependents(context.system).get(store, frozenset())
    return max(
        (
            worst.of_group(group, alert, 0.0)
            for name in below
            if store in services[name].needs
            for group, alert in _pages(context, name, Tier.OUTAGE)
            if alert.name == "ProbeFailing"
        ),
        default=0.0,
    )


def holds_back(context: Context, scenario: Scenario, store: str) -> bool:
    """Whether the drill lasts until something pages that only the store's outage holds back."""
    least = max(each.least for each in scenario.injections)
    if least <= 0.0:
        return False
    whole_outage = least >= whole(context, store)
    return felt(context, store) > 0.0 or (
        whole_outage and bool(graph.journeys_through(context.system, store))
    )


def whole(context: Context, subject: str) -> float:
    """Seconds after which each outage alert that must be held back would have paged."""
    held = _held(context, subject)
    wait = context.settings.group_wait.seconds
    return max(
        (
            worst.of_group(group, alert, wait)
            for name in held
            for group, alert in _pages(context, name, Tier.OUTAGE)
        ),
        default=0.0,
    )


def afterwards(context: Context, subject: str) -> tuple[Mapping[str, str], ...]:
    """The burn alerts that may page once the outage is repaired: its errors are in the budget.

    A whole minute of failure is more than 14.4 times the pace of 99.9 %: they are right to. So is
    that of a journey which is itself the `subject`.
    """
    journeys = graph.journeys_through(context.system, subject) | {subject}
    return tuple(
        {"alertname": alert.name, "service": alert.subject}
        for name in context.system.journeys
        if name in journeys
        for _, alert in _pages(context, name, Tier.BURN)
    )


def widest(context: Context, among: tuple[str, ...]) -> str | None:
    """The one whose outage the most others feel; the first of several, None of none.

    Drills of the others end with their page: to wait in each would cost a minute each.
    """
    return max(among, key=lambda name: len(_held(context, name)), default=None)


def _held(context: Context, subject: str) -> frozenset[str]:
    system = context.system
    return graph.radius(system, subject) | graph.journeys_through(system, subject)


def _pages(context: Context, subject: str, tier: Tier) -> list[tuple[RuleGroup, AlertRule]]:
    return _paging(Same(context.declarations)).get((subject, tier), [])


@lru_cache(maxsize=2)  # asked for by every store and service
def _paging(
    declared: Same[Declarations],
) -> Mapping[tuple[str, Tier], list[tuple[RuleGroup, AlertRule]]]:
    found: dict[tuple[str, Tier], list[tuple[RuleGroup, AlertRule]]] = {}
    for group in declared.value.groups:
        for alert in group.alerts:
            if alert.severity is Severity.PAGE:
                found.setdefault((alert.subject, alert.tier), []).append((group, alert))
    return found
