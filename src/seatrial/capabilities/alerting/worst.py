"""The longest that a page can take, computed from the configuration. Pure.

fault -> next scrape (a hung socket costs the timeout too) -> the expression's window -> next
evaluation -> `for`, in whole evaluations -> the group's wait. Every term at its longest: a rule
declares the longest interval at which what it reads may be scraped.
"""

import math
from collections.abc import Iterable

from seatrial.contract.declaration import AlertRule, RuleGroup

FAST = 5.0  # the longest interval of what outage alerts read
TIMEOUT, PROBE_TIMEOUT, SLOW_TIMEOUT = 3.0, 4.0, 10.0
PROBES = 'kind="probe"'  # what selects the answers to an asking from outside


def timeout(alert: AlertRule) -> float:
    """How long a scrape of what the alert reads may hang, in seconds: never above its interval."""
    if alert.interval > FAST:
        return min(SLOW_TIMEOUT, alert.interval)
    return min(PROBE_TIMEOUT if PROBES in alert.expr else TIMEOUT, alert.interval)


def fault_to_page(
    *,
    scrape: float,
    hangs: float,
    window: float,
    evaluation: float,
    hold: float,
    group_wait: float,
) -> float:
    """Seconds from a fault to its page at most; all in seconds. `hangs` is a scrape's timeout."""
    held = math.ceil(hold / evaluation) * evaluation
    return scrape + hangs + window + evaluation + held + group_wait


def of_group(group: RuleGroup, alert: AlertRule, group_wait: float) -> float:
    """The worst case of an alert of a group."""
    return fault_to_page(
        scrape=alert.interval,
        hangs=timeout(alert),
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
