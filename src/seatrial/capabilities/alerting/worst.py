"""The longest that a page can take, computed from the configuration. Pure.

fault -> next scrape (a hung socket costs the timeout too) -> the expression's window -> next
evaluation -> `for`, in whole evaluations -> the group's wait. Every term at its longest.
"""

import math
from collections.abc import Iterable

from seatrial.contract.declaration import AlertRule, RuleGroup

SCRAPE_TIMEOUT = 3.0


def fault_to_page(
    *, scrape: float, window: float, evaluation: float, hold: float, group_wait: float
) -> float:
    """Seconds from a fault to its page at most; all in seconds."""
    held = math.ceil(hold / evaluation) * evaluation
    return scrape + SCRAPE_TIMEOUT + window + evaluation + held + group_wait


def of_group(group: RuleGroup, alert: AlertRule, group_wait: float) -> float:
    """The worst case of an alert of a group."""
    return fault_to_page(
        scrape=alert.interval,
        window=alert.window,
        evaluation=group.interval,
        hold=alert.hold,
        group_wait=group_wait,
    )


def of_alert(
    groups: Iterable[RuleGroup], name: str, subject: str, group_wait: float
) -> float | None:
    """The worst case of one alert; None when no such alert is declared."""
    for group in groups:
        for alert in group.alerts:
            if (alert.name, alert.subject) == (name, subject):
                return of_group(group, alert, group_wait)
    return None
