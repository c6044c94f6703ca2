"""Alerts about the collection itself: a blind spot, an explosion of series."""

from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    ScrapeTarget,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.contract.placement import Placement

BLIND_HOLD = 120.0
EXPLOSION = "SeriesExplosion"
_WATCHERS = frozenset({"host", "monitoring"})
GONE_HOLD = 30.0  # a Prometheus that has just started has not found its targets yet


def groups(targets: tuple[ScrapeTarget, ...], settings: Settings) -> tuple[RuleGroup, ...]:
    """One group about exporters that cannot be read, one about targets that explode."""
    own = {(each.job, each.subject): each for each in targets if each.kind in _WATCHERS}
    blind = tuple(_blind(each) for each in own.values())
    seen: dict[str, ScrapeTarget] = {}
    for each in targets:
        if each.through is None:
            seen.setdefault(each.subject, each)
    explosions = tuple(_explosion(each, settings.series_budget) for each in seen.values())
    return (
        RuleGroup(name="collection", interval=15, alerts=blind),
        RuleGroup(name="cardinality", interval=15, alerts=explosions),
    )


def undiscovered(targets: tuple[ScrapeTarget, ...], placement: Placement) -> tuple[RuleGroup, ...]:
    """What is only needed where targets are discovered: one that is found no more has no `up`.

    Of a service without any pod, because it was scaled to none or its node is lost, nothing says
    `up == 0`, and every rule that waits for it is silent. Targets that are written never vanish.
    """
    found: dict[str, list[AlertRule]] = {}
    for each in targets:
        if each.through is None:
            found.setdefault(f"{each.kind}-{each.subject}", []).append(_gone(each, placement))
    return tuple(
        RuleGroup(name=f"{subject}:discovery", interval=5, alerts=tuple(alerts))
        for subject, alerts in found.items()
    )


def _gone(target: ScrapeTarget, placement: Placement) -> AlertRule:
    series = f'up{{job="{target.job}",service="{target.subject}"}}'
    users = target.kind in {"service", "store"}
    return AlertRule(
        name="TargetGone",
        expr=f"absent({series})",
        tier=Tier.OUTAGE if users else Tier.META,
        severity=Severity.PAGE if users else Severity.TICKET,
        subject=target.subject,
        owner=target.labels.get("team", ""),
        summary=f"{target.subject} has nothing that could be scraped",
        description="The cluster knows no pod of it, or Prometheus may not look for it.",
        hold=GONE_HOLD,
        interval=target.interval,
        # absent() knows no region, and a page without one would hold back no dependent's
        labels={"region": placement.of(target.workload)[0].region},
        test=RuleTest(
            interval=15,
            inputs=(SeriesInput(series=series, values="1x4 stale _x20 1x20"),),
            fires_at=180,
            clear_at=600,
            labels={"job": target.job},
        ),
    )


def _blind(target: ScrapeTarget) -> AlertRule:
    series = f'up{{job="{target.job}",service="{target.subject}"}}'
    return AlertRule(
        name="TargetUnreadable",
        expr=f"min by (region, replica, instance) ({series}) == 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject=target.subject,
        owner=target.labels.get("team", ""),
        summary=f"The metrics of {target.subject} cannot be read",
        description="Alerts that rest on these figures are blind until it answers again.",
        hold=BLIND_HOLD,
        interval=target.interval,
        test=RuleTest(
            interval=15,
            inputs=(SeriesInput(series=series, values="1 0x20 1x20"),),
            fires_at=300,
            clear_at=600,
        ),
    )


def _explosion(target: ScrapeTarget, budget: int) -> AlertRule:
    selector = f'{{job="{target.job}",service="{target.subject}"}}'
    series = f"scrape_samples_post_metric_relabeling{selector}"
    return AlertRule(
        name=EXPLOSION,
        expr=f"max({series}) > {budget}",
        tier=Tier.SATURATION,
        severity=Severity.TICKET,
        subject=target.subject,
        owner=target.labels.get("team", ""),
        summary=f"{target.subject} exposes more than {budget} series",
        description=(
            "A label takes too many values. Name the metric with: "
            f"topk(3, count by (__name__) ({selector}))"
        ),
        interval=target.interval,
        test=RuleTest(
            interval=15,
            inputs=(SeriesInput(series=series, values=f"100x4 {budget + 1}x10 100x10"),),
            fires_at=120,
            clear_at=300,
        ),
    )
