"""The monitoring itself: whether it sees, judges and tells."""

from functools import partial

from seatrial.capabilities.dashboards.boards.names import leads, rate
from seatrial.capabilities.dashboards.boards.panel import panel
from seatrial.contract.board import (
    Board,
    Kind,
    Panel,
    Query,
    Row,
    Scope,
    Unit,
    above,
    below,
)

_OWN = '{job="prometheus"}'
_panel = partial(panel, subject="prometheus")


def board(owner: str, *, collected: bool) -> Board:
    """Collection, evaluation and delivery. `collected`: Alertmanager's own figures are."""
    told = (Row(title="Does it tell?", panels=_tells(collected=collected)),)
    return Board(
        uid="monitoring",
        title="Monitoring",
        summary="Prometheus, its targets and rules, and the way of an alert to a person.",
        scope=Scope.MONITORING,
        rows=(
            Row(title="Does it see?", panels=(*_sees(), *_stores())),
            Row(title="Does it judge?", panels=_judges()),
            *told,
        ),
        subject="prometheus",
        owner=owner,
        links=leads("prometheus"),
        requirements=("R02.4",),
        depends=("monitoring", "alerting"),
    )


def _sees() -> tuple[Panel, ...]:
    return (
        _panel(
            "Targets that do not answer",
            Unit.COUNT,
            (Query(expr="count(up) - sum(up)", legend="targets"),),
            "Each is a blind spot; the bars beside say of which kind.",
            kind=Kind.STAT,
            thresholds=above(None, 1),
            alerts=("TargetUnreadable",),
            width=4,
        ),
        _panel(
            "Targets by kind",
            Unit.SHARE,
            (Query(expr="avg by (kind) (up)", legend="{{kind}}"),),
            "Below 100 %: some of this kind do not answer. Open the board of the service or store.",
            kind=Kind.BARS,
            thresholds=below(1, 0.5),
        ),
        _panel(
            "Slowest scrapes",
            Unit.SECONDS,
            (
                Query(
                    expr="topk(5, max by (service, job) (scrape_duration_seconds))",
                    legend="{{service}} ({{job}})",
                ),
            ),
            "Near 3 s a scrape fails: the page has too many series, or the process is full.",
            kind=Kind.BARS,
            thresholds=above(1, 3),
        ),
    )


def _stores() -> tuple[Panel, ...]:
    return (
        _panel(
            "Samples",
            Unit.PER_SECOND,
            (
                Query(
                    expr=f"sum({rate(f'prometheus_tsdb_head_samples_appended_total{_OWN}')})",
                    legend="written",
                ),
            ),
            "A drop: targets are lost, or the disk is full.",
        ),
        _panel(
            "Series",
            Unit.COUNT,
            (Query(expr=f"sum(prometheus_tsdb_head_series{_OWN})", legend="in memory"),),
            "A line that only rises is a label that takes ever new values; memory follows.",
            alerts=("SeriesExplosion",),
        ),
        _panel(
            "Largest targets",
            Unit.COUNT,
            (
                Query(
                    expr="topk(5, max by (service, job) (scrape_samples_post_metric_relabeling))",
                    legend="{{service}} ({{job}})",
                ),
            ),
            "Where to look first when series explode.",
            kind=Kind.BARS,
        ),
    )


def _judges() -> tuple[Panel, ...]:
    failed = f"prometheus_rule_evaluation_failures_total{_OWN}"
    took, every = (
        f"prometheus_rule_group_{each}_seconds{_OWN}" for each in ("last_duration", "interval")
    )
    return (
        _panel(
            "Rules that failed",
            Unit.PER_SECOND,
            (Query(expr=f"sum({rate(failed)})", legend="evaluations"),),
            "The alert of such a rule can never fire; Prometheus's log names the rule.",
            thresholds=above(None, 0.001),
            alerts=("RuleEvaluationFailing",),
        ),
        _panel(
            "Time that rules take, of what they have",
            Unit.SHARE,
            (Query(expr=f"max({took} / {every})", legend="the slowest group"),),
            "Near 1 evaluations are missed and alerts come late: make the dearest query cheaper.",
            thresholds=above(0.5, 0.9),
        ),
        _panel(
            "Time since the last beat",
            Unit.SECONDS,
            (Query(expr=f"time() - max(timestamp(up{_OWN}))", legend="newest sample"),),
            "Above 30 s the watchdog is on its way to page: Prometheus stands still.",
            thresholds=above(15, 30),
            alerts=("Watchdog",),
        ),
    )


def _tells(*, collected: bool) -> tuple[Panel, ...]:
    sent, failed = (f"prometheus_notifications_{each}_total{_OWN}" for each in ("sent", "errors"))
    found = [
        _panel(
            "From Prometheus to Alertmanager",
            Unit.PER_SECOND,
            (
                Query(expr=f"sum({rate(sent)})", legend="sent"),
                Query(expr=f"sum({rate(failed)})", legend="failed"),
            ),
            "Failed: alerts fire and nobody is told. See whether Alertmanager runs.",
            alerts=("NotificationsFailing",),
        )
    ]
    if collected:
        told = 'alertmanager_notifications_total{job="alertmanager"}'
        lost = 'alertmanager_notifications_failed_total{job="alertmanager"}'
        found += [
            _panel(
                "From Alertmanager to people",
                Unit.PER_SECOND,
                (
                    Query(expr=f"sum({rate(told)})", legend="sent"),
                    Query(expr=f"sum({rate(lost)})", legend="failed"),
                ),
                "Failed: a channel refuses messages; Alertmanager's log says what it answers.",
                subject="alertmanager",
                alerts=("ChannelFailing",),
            ),
            _panel(
                "Who listens for the beat",
                Unit.YES_NO,
                (Query(expr='max(up{job="watchdog"})', legend="watchdog"),),
                "0: a dead Prometheus would page nobody. Start the watchdog.",
                subject="watchdog",
                thresholds=below(1),
                alerts=("WatchdogDown",),
            ),
        ]
    return tuple(found)
