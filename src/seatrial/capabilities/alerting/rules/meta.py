"""The alerting path watches itself: the watchdog's beat, and notifications that fail."""

from seatrial.contract.declaration import (
    AlertRule,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)

WATCHDOG = "Watchdog"
FRESH = 30


def rules(owner: str) -> tuple[AlertRule, ...]:
    """Always firing while samples are fresh; and what breaks between rule and receiver."""
    own = '{job="prometheus"}'
    return (
        AlertRule(
            name=WATCHDOG,
            # a constant would also fire while ingestion is stalled
            expr=f"time() - max(timestamp(up{own})) < {FRESH}",
            tier=Tier.META,
            severity=Severity.INFO,
            subject="prometheus",
            owner=owner,
            summary="The alerting path is alive",
            description="Always firing; its absence is what pages, from outside.",
            interval=5,
            test=RuleTest(
                interval=5,
                inputs=(SeriesInput(series=f"up{own}", values="1x10"),),
                fires_at=30,
                clear_at=120,
            ),
        ),
        AlertRule(
            name="NotificationsFailing",
            expr=f"sum(rate(prometheus_notifications_errors_total{own}[5m])) > 0",
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
                        series=f"prometheus_notifications_errors_total{own}",
                        values="0x4 0+5x20 100x60",
                    ),
                ),
                fires_at=240,
                clear_at=900,
            ),
        ),
        AlertRule(
            name="RuleEvaluationFailing",
            expr=f"sum(increase(prometheus_rule_evaluation_failures_total{own}[5m])) > 0",
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
                        series=f"prometheus_rule_evaluation_failures_total{own}",
                        values="0x4 0+5x20 100x60",
                    ),
                ),
                fires_at=240,
                clear_at=900,
            ),
        ),
    )
