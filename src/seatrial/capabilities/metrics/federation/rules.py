"""What the centre evaluates, and what each region says of its way to the centre.

Both of a pair write what they scrape: whatever is counted at the centre is taken from the fuller of
the two first (`max without`), so that nothing is there twice, and nothing is missing where one of
them was.
"""

from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.declaration import (
    AlertRule,
    RecordingRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.engines.prometheus.config import REPLICA

SILENT = "RegionSilent"
WINDOW = 25.0  # seconds without a sample: five scrapes
HOLD = 10.0
UNREACHABLE, BEHIND, FAR = "CentreUnreachable", "CentreBehind", "CentreFarBehind"
# As long as the first scrape and the first sample sent take after a start: until then a Prometheus
# has sent nothing, which looks like a centre that has been gone for ever.
_STARTS = 15.0
_EVALUATION = 5.0
_ROLLUP = 300.0
_ONCE = f"max without ({REPLICA})"
_SENT = "prometheus_remote_storage_queue_highest_sent_timestamp_seconds"
_LAG = f'max by (region) (time() - {_SENT}{{job="prometheus"}})'


def subject(region: str) -> str:
    """What the alerts about a whole region are about."""
    return f"region-{region}"


def groups(
    regions: tuple[str, ...], settings: Settings, *, home: str = ""
) -> tuple[RuleGroup, ...]:
    """The groups of the centre, and those that each region has of it.

    `home` is the region that the centre stands in; empty where it is somebody else's, who pages for
    a region that is lost from wherever that is.
    """
    found = (
        RuleGroup(
            name="centre:regions",
            interval=_EVALUATION,
            alerts=tuple(_silent(each, regions, settings) for each in regions),
            centre=True,
        ),
        RuleGroup(name="centre:rollups", interval=_ROLLUP, records=_rollups(regions), centre=True),
        RuleGroup(
            name="federation:way",
            interval=15,
            alerts=(_late(BEHIND, 120, settings), _late(FAR, 3600, settings)),
        ),
    )
    if not home:
        return found
    lost = _unreachable(home, settings)
    return (*found, RuleGroup(name="federation:centre", interval=_EVALUATION, alerts=(lost,)))


def _silent(region: str, regions: tuple[str, ...], settings: Settings) -> AlertRule:
    series, *others = (
        f'up{{job="prometheus",region="{each}"}}'
        for each in sorted(regions, key=lambda each: each != region)
    )
    return AlertRule(
        name=SILENT,
        expr=f"absent_over_time({series}[{WINDOW:.0f}s])",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=subject(region),
        owner=settings.owner,
        summary=f"Nothing is heard from the region {region}",
        description="It is lost, or cut off from the centre; what is in it still pages by itself.",
        hold=HOLD,
        interval=settings.scrape.seconds,
        window=WINDOW,
        labels={"region": region},
        test=RuleTest(
            interval=5,
            inputs=(
                SeriesInput(series=series, values="1x11 _x24 1x24"),
                # each of the others would be silent, too
                *(SeriesInput(series=each, values="1x60") for each in others),
            ),
            fires_at=120,
            clear_at=240,
            labels={"job": "prometheus"},
        ),
    )


def _unreachable(home: str, settings: Settings) -> AlertRule:
    """Who else would tell that `home` is lost: the centre, its pair and its watchdog are in it.

    The region itself is no witness of that: there it is the death of a process.
    """
    return AlertRule(
        name=UNREACHABLE,
        # of a pair one is enough to know that the centre is there
        expr=f'min by (region) (time() - {_SENT}{{job="prometheus",region!="{home}"}})'
        f" > {WINDOW:.0f}",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=subject(home),
        owner=settings.owner,
        summary=f"The centre in {home} does not answer: the region, or the way to it, is lost",
        description=f"If {home} is lost, nobody in it can tell: no alert of its services, and none"
        " on a journey, is evaluated until it is back. What is in this region still pages.",
        hold=_STARTS,
        interval=settings.scrape.seconds,
        window=WINDOW,
        test=RuleTest(
            interval=5,
            inputs=(
                SeriesInput(
                    series=f'{_SENT}{{job="prometheus",region="r"}}',
                    values="0+5x11 55x23 180+5x24",
                ),
            ),
            fires_at=120,
            clear_at=240,
            labels={"region": "r"},
        ),
    )


def _late(name: str, seconds: int, settings: Settings) -> AlertRule:
    page = name == FAR
    tags = '{job="prometheus",region="r"}'
    return AlertRule(
        name=name,
        expr=f"{_LAG} > {seconds}",
        tier=Tier.META,
        severity=Severity.PAGE if page else Severity.TICKET,
        subject="federation",
        owner=settings.owner,
        summary=(
            "What the centre does not know yet will be lost in an hour"
            if page
            else "The centre lacks this region's samples of two minutes"
        ),
        description="They wait in Prometheus's write-ahead log, which holds two hours; see its log"
        " for what the centre answers.",
        hold=300 if page else 60,  # one that has just started has sent nothing yet
        interval=settings.scrape.seconds,
        test=RuleTest(
            interval=60,
            inputs=(SeriesInput(series=_SENT + tags, values="0+60x4 240x120 7560+60x20"),),
            fires_at=7200,
            clear_at=7800,
            labels={"region": "r"},
        ),
    )


def _rollups(regions: tuple[str, ...]) -> tuple[RecordingRule, ...]:
    """Level, metric and operations in their names; 30 days from what was recorded on the way.

    Counters: what each five minutes added is recorded, and those are summed up, so that no
    question reads 30 days of raw samples. A region of which nothing is heard counts as 0, not as
    nothing: else the mean of one that was lost for three days would be perfect.
    """
    lost = " or ".join(f'label_replace(vector(0), "region", "{each}", "", "")' for each in regions)
    runs = f"sum by (region, journey, outcome, {REPLICA}) (increase(journey_requests_total[5m]))"
    added = "region_journey_outcome:journey_requests:increase5m"
    by = "sum by (region, journey)"
    every = f"{by} (sum_over_time({added}[30d]))"
    bad = f'{by} (sum_over_time({added}{{outcome!="ok"}}[30d]))'
    return (
        RecordingRule(
            record="region:up:ratio",
            expr=f'avg by (region) ({_ONCE} (up{{kind=~"service|store"}})) or {lost}',
        ),
        RecordingRule(record="region:up:ratio_avg30d", expr="avg_over_time(region:up:ratio[30d])"),
        RecordingRule(
            record="region:probe_success:ratio",
            expr=f'avg by (region) ({_ONCE} (probe_success{{kind="probe"}})) or {lost}',
        ),
        RecordingRule(
            record="region:probe_success:ratio_avg30d",
            expr="avg_over_time(region:probe_success:ratio[30d])",
        ),
        RecordingRule(record=added, expr=f"{_ONCE} ({runs})"),
        RecordingRule(
            record="region_journey:journey_errors:ratio_increase30d",
            expr=f"({bad} or 0 * {every}) / ({every} > 0)",
        ),
        RecordingRule(
            record="region:alerts_firing:count",
            expr=f'count by (region) ({_ONCE} (ALERTS{{alertstate="firing",severity="page"}}))',
        ),
    )
