"""The longest that a page can take: every term at the longest that the configuration allows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting import worst
from seatrial.contract.declaration import AlertRule, RuleGroup, Severity, Tier

Planner = Callable[..., Plan]
SLOW = ("DiskFull", "DiskFillsUp", "MemoryLow")
CONTAINERS = ("MemoryNearLimit", "KilledForMemory", "CPUThrottled", "CrashLooping")


def rule(expr: str, interval: float, hold: float = 0.0, window: float = 0.0) -> AlertRule:
    return AlertRule(
        name="A", expr=expr, tier=Tier.OUTAGE, severity=Severity.PAGE, subject="api",
        owner="web", summary="s", description="d", interval=interval,
        hold=hold, window=window,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expr", "interval", "seconds"),
    [
        ('up{kind="service",service="api"} == 0', 5.0, 3.0),
        ('up{kind="service",service="api"} == 0', 2.0, 2.0),  # never above the interval
        ('max(probe_success{kind="probe",service="api"}) == 0', 5.0, 4.0),
        ('max(probe_success{kind="probe",service="api"}) == 0', 3.5, 3.5),
        ('min(node_memory_MemAvailable_bytes{kind="host"}) < 5', 60.0, 10.0),
        ('min(node_memory_MemAvailable_bytes{kind="host"}) < 5', 6.0, 6.0),
    ],
)
def test_a_scrape_hangs_for_the_timeout_of_its_kind(
    expr: str, interval: float, seconds: float
) -> None:
    assert worst.timeout(rule(expr, interval)) == seconds


def test_every_term_counts_once() -> None:
    alert = rule('probe_success{kind="probe"} == 0', 5.0, hold=12.0, window=7.0)
    group = RuleGroup(name="g", interval=5.0, alerts=(alert,))
    # scrape + timeout + window + evaluation + `for` in whole evaluations + the group's wait
    assert worst.of_group(group, alert, 5.0) == 5 + 4 + 7 + 5 + 15 + 5
    assert worst.of_alert((group,), "A", "api", 5.0) == 41
    assert worst.of_alert((group,), "A", "worker", 5.0) is None


def test_no_scrape_may_be_slower_or_hang_longer_than_its_alerts_assume(
    planned: Planner, shop: str
) -> None:
    """With the slowest monitoring that the file may ask for."""
    slowest = f"{shop}monitoring: {{scrape: 5s, slow_scrape: 1m}}\n"
    declared = planned(slowest).declarations
    checked = set()
    for group in declared.groups:
        for alert in group.alerts:
            read = [
                each
                for each in declared.targets
                if f'kind="{each.kind}"' in alert.expr
                and (f'service="{each.subject}"' in alert.expr or each.kind == "host")
            ]
            for each in read:
                checked.add(alert.name)
                assert each.interval <= alert.interval, alert
                assert each.timeout <= worst.timeout(alert), alert
    assert {"ServiceDown", "ProbeFailing", "StoreDown", *SLOW, *CONTAINERS} <= checked


def test_only_what_reads_hosts_and_containers_pays_for_slow_scrapes(reference: Plan) -> None:
    saturation = [
        alert
        for group in reference.declarations.groups
        for alert in group.alerts
        if group.name.endswith(":saturation")
    ]
    assert {each.name for each in saturation if each.interval > worst.FAST} == {*SLOW, *CONTAINERS}
