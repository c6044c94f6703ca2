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

BLIND_HOLD = 120.0
EXPLOSION = "SeriesExplosion"


def groups(targets: tuple[ScrapeTarget, ...], settings: Settings) -> tuple[RuleGroup, ...]:
    """One group about exporters that cannot be read, one about targets that explode."""
    blind = tuple(_blind(each) for each in targets if each.kind in {"host", "monitoring"})
    seen: dict[str, ScrapeTarget] = {}
    for each in targets:
        if each.through is None:
            seen.setdefault(each.subject, each)
    explosions = tuple(_explosion(each, settings.series_budget) for each in seen.values())
    return (
        RuleGroup(name="collection", interval=15, alerts=blind),
        RuleGroup(name="cardinality", interval=15, alerts=explosions),
    )


def _blind(target: ScrapeTarget) -> AlertRule:
    series = f'up{{job="{target.job}",service="{target.subject}"}}'
    return AlertRule(
        name="TargetUnreadable",
        expr=f"max({series}) == 0",
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
