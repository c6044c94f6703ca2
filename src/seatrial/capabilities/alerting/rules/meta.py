"""The alerting path watches itself: the watchdog's beat, and notifications that fail."""

from seatrial.contract.declaration import (
    AlertRule,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)

WATCHDOG = "Watchdog"
JOB = "alertmanager"
ALERTMANAGER = f'{{job="{JOB}"}}'
_OWN = '{job="prometheus"}'
FRESH = 30


def rules(owner: str, *, channels: bool) -> tuple[AlertRule, ...]:
    """Always firing while samples are fresh; and what breaks between rule and receiver.

    `channels`: Alertmanager's own figures are collected.
    """
    found = (_watchdog(owner), _notifications(owner), _evaluation(owner))
    return (*found, _channel(owner)) if channels else found


def _watchdog(owner: str) -> AlertRule:
    return AlertRule(
        name=WATCHDOG,
        # a constant would also fire while ingestion is stalled
        expr=f"time() - max(timestamp(up{_OWN})) < {FRESH}",
        tier=Tier.META,
        severity=Severity.INFO,
        subject="prometheus",
        owner=owner,
        summary="The alerting path is alive",
        description="Always firing; its absence is what pages, from outside.",
        interval=5,
        test=RuleTest(
            interval=5,
            inputs=(SeriesInput(series=f"up{_OWN}", values="1x10"),),
            fires_at=30,
            clear_at=120,
        ),
    )


def _notifications(owner: str) -> AlertRule:
    return AlertRule(
        name="NotificationsFailing",
        expr=f"sum(rate(prometheus_notifications_errors_total{_OWN}[5m])) > 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject="prometheus",
        owner=owner,
        summary="Prometheus cannot reach Alertmanager",
        description="Alerts fire and nobody is told; the watchdog pages if it lasts.",
        hold=60,
        interval=5,
        test=RuleTest(
            interval=15,
            inputs=(
                SeriesInput(
                    series=f"prometheus_notifications_errors_total{_OWN}",
                    values="0x4 0+5x20 100x60",
                ),
            ),
            fires_at=240,
            clear_at=900,
        ),
    )


def _evaluation(owner: str) -> AlertRule:
    return AlertRule(
        name="RuleEvaluationFailing",
        expr=f"sum(increase(prometheus_rule_evaluation_failures_total{_OWN}[5m])) > 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject="prometheus",
        owner=owner,
        summary="A rule cannot be evaluated",
        description="Its alert can never fire; Prometheus's log names the rule.",
        interval=5,
        test=RuleTest(
            interval=15,
            inputs=(
                SeriesInput(
                    series=f"prometheus_rule_evaluation_failures_total{_OWN}",
                    values="0x4 0+5x20 100x60",
                ),
            ),
            fires_at=240,
            clear_at=900,
        ),
    )


def _channel(owner: str) -> AlertRule:
    failed = "alertmanager_notifications_failed_total"
    where = {"region": "r", "integration": "slack"}
    told = ",".join(f'{key}="{value}"' for key, value in where.items())
    return AlertRule(
        name="ChannelFailing",
        expr=f"sum by (region, integration) (increase({failed}{ALERTMANAGER}[5m])) > 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject="alertmanager",
        owner=owner,
        summary="A channel refuses messages",
        description="Alertmanager tries again and again; see its log for what the channel answers,"
        " and its key or address. Its other channels tell this.",
        hold=60,
        interval=15,
        test=RuleTest(
            interval=15,
            inputs=(
                SeriesInput(series=f'{failed}{{job="{JOB}",{told}}}', values="0x4 0+5x20 100x60"),
            ),
            fires_at=240,
            clear_at=900,
            labels=where,
        ),
    )
