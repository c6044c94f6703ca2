"""The alerting path watches itself: its beat, what hears the beat, notifications that fail."""

from seatrial.capabilities.alerting.rules.writing import MINUTE, rule, series
from seatrial.contract.declaration import AlertRule, RuleTest, SeriesInput, Severity, Tier

WATCHDOG = "Watchdog"
JOB, GUARD = "alertmanager", "watchdog"
FRESH = 30
_RETURN = 15.0  # seconds from a start to the first scrapes
_OWN = '{job="prometheus"}'
_FAILING = "0x4 0+5x20 100x60"  # a counter that rises for five minutes


def rules(owner: str, *, collected: bool, paired: bool = False) -> tuple[AlertRule, ...]:
    """Always firing while samples are fresh; and what breaks between rule and receiver.

    `collected`: Alertmanager's and the watchdog's own figures are. `paired`: two Prometheus tell.
    """
    found = (_watchdog(owner, paired=paired), _notifications(owner), _evaluation(owner))
    return (*found, _channel(owner), _deaf(owner)) if collected else found


def _watchdog(owner: str, *, paired: bool) -> AlertRule:
    beats = (SeriesInput(series=f"up{_OWN}", values="1x10"),)
    return rule(
        WATCHDOG,
        # a constant would also fire while ingestion is stalled
        f"time() - max(timestamp(up{_OWN})) < {FRESH}",
        "prometheus",
        owner,
        "The alerting path is alive",
        "Always firing; its absence is what pages, from outside.",
        # One of a pair that comes back takes its old samples for fresh, until they are not any more
        # and its scrapes have not begun yet. It would say "resolved" while the other one beats.
        hold=_RETURN if paired else 0,
        severity=Severity.INFO,
        tier=Tier.META,
        test=RuleTest(interval=5, inputs=beats, fires_at=30, clear_at=120),
    )


def _notifications(owner: str) -> AlertRule:
    failed = f"prometheus_notifications_errors_total{_OWN}"
    return rule(
        "NotificationsFailing",
        f"sum(rate({failed}[1m])) > 0",  # no longer: a restart is one error, and over
        "prometheus",
        owner,
        "Prometheus cannot reach Alertmanager",
        "Alerts fire and nobody is told; the watchdog pages if it lasts.",
        hold=2 * MINUTE,
        tier=Tier.META,
        test=series(((failed, _FAILING),), 240, 900),
    )


def _evaluation(owner: str) -> AlertRule:
    failed = f"prometheus_rule_evaluation_failures_total{_OWN}"
    return rule(
        "RuleEvaluationFailing",
        f"sum(increase({failed}[5m])) > 0",
        "prometheus",
        owner,
        "A rule cannot be evaluated",
        "Its alert can never fire; Prometheus's log names the rule.",
        hold=0,
        tier=Tier.META,
        test=series(((failed, _FAILING),), 240, 900),
    )


def _channel(owner: str) -> AlertRule:
    failed, which = "alertmanager_notifications_failed_total", f'job="{JOB}"'
    told = f'{failed}{{{which},region="r",integration="slack"}}'
    return rule(
        "ChannelFailing",
        f"sum by (region, integration) (increase({failed}{{{which}}}[5m])) > 0",
        "alertmanager",
        owner,
        "A channel refuses messages",
        "Alertmanager tries again and again; see its log for what the channel answers, and its key"
        " or address. Its other channels tell this.",
        hold=MINUTE,
        interval=15,
        tier=Tier.META,
        test=series(((told, _FAILING),), 240, 900, {"region": "r", "integration": "slack"}),
    )


def _deaf(owner: str) -> AlertRule:
    seen = f'up{{job="{GUARD}"}}'
    return rule(
        "WatchdogDown",
        f"max by (region) ({seen}) == 0",
        GUARD,
        owner,
        "Nobody listens for the beat of the alerting path",
        "A dead Prometheus or Alertmanager would page nobody until the watchdog is back.",
        hold=MINUTE,
        interval=15,
        tier=Tier.META,
        test=series(
            ((f'up{{job="{GUARD}",region="r"}}', "1x4 0x20 1x60"),), 300, 900, {"region": "r"}
        ),
    )
