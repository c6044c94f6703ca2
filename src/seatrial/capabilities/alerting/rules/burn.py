"""Error budgets: multi-window, multi-burn-rate alerts from the SLOs.

Windows and factors are those of the Google SRE workbook, chapter "Alerting on SLOs", for a budget
of 30 days: 14.4x over 1 h and 5 m spends 2 % of it, 6x over 6 h and 30 m 5 %, 3x over 1 d and 2 h
10 %, 1x over 3 d and 6 h 10 %. The short window lets an alert clear soon after the burning stops.

Where there are few events, a single bad one is a high ratio: at one run a minute it burns 16x. A
page needs `FEWEST` of them, and a ticket tells of fewer: of what paged, or was over before it could
spend the budget, it has nothing to say. A total outage is the outage tier's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from seatrial.contract.declaration import (
    AlertRule,
    RecordingRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.engines.documents import seconds
from seatrial.engines.prometheus import votes
from seatrial.system.model import Slo

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
BUDGET_EVALUATION = 300.0  # seconds: a month's ratio does not change in fifteen
FEWEST, NOTED = 5, 3  # bad events in the long window: for a page, for a ticket about a few
_BAD = 4  # steps of a test


@dataclass(frozen=True, slots=True)
class Window:
    """A pair of windows in seconds, the burn rate that fires, and what that asks of a person.

    `least` is how many events of the long window must be bad, whatever their share; with `below`,
    fewer than that.
    """

    long: float
    short: float
    factor: float
    severity: Severity
    suffix: str
    least: int = 0
    below: int = 0


WINDOWS = (
    Window(HOUR, 5 * MINUTE, 14.4, Severity.PAGE, "BurnFast", FEWEST),
    Window(6 * HOUR, 30 * MINUTE, 6.0, Severity.PAGE, "Burn", FEWEST),
    Window(DAY, 2 * HOUR, 3.0, Severity.TICKET, "Drain"),
    Window(3 * DAY, 6 * HOUR, 1.0, Severity.TICKET, "DrainSlow"),
    Window(6 * HOUR, 6 * HOUR, 6.0, Severity.TICKET, "FewEvents", NOTED, FEWEST),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A service level indicator: how to compute the ratio of bad events over a range.

    `bad` and `total` are PromQL with `{range}` where the range goes; `budget` is the ratio that
    the objective allows. `record` is the metric part of the recorded names.
    """

    record: str
    title: str
    bad: str
    total: str
    budget: float
    inputs: tuple[tuple[str, bool, bool], ...]  # (series, grows while bad, grows while good)

    def ratio(self, span: float) -> str:
        """PromQL of the ratio over a range of `span` seconds."""
        text = f"[{seconds(span)}]"
        return f"({self.bad.replace('{range}', text)}) / ({self.total.replace('{range}', text)})"

    def count(self, span: float) -> str:
        """PromQL of the number of bad events in a range of `span` seconds."""
        text = f"[{seconds(span)}]"
        return self.bad.replace("rate(", "increase(").replace("{range}", text)


def indicators(journey: str, slo: Slo, entry: str = "") -> Iterable[Indicator]:
    """What an SLO of a journey measures: failed runs, and slow runs for each latency target.

    `entry`: of those who come in in that region, where each has a way in of its own.
    """
    which = f'{{journey="{journey}"' + (f',entry="{entry}"' if entry else "")
    events = f"journey_requests_total{which}"
    if slo.availability is not None:
        yield Indicator(
            record="journey_errors",
            title="Error",
            bad=f'sum by (region) (rate({events},outcome!="ok"}}{{range}}))',
            total=f"sum by (region) (rate({events}}}{{range}}))",
            budget=1 - slo.availability.ratio,
            inputs=(
                (f'{events},region="r",outcome="failed"}}', True, False),
                (f'{events},region="r",outcome="ok"}}', False, True),
            ),
        )
    for quantile, limit in slo.latency.items():
        name = f"journey_duration_seconds_bucket{which}"
        edge = str(float(limit.seconds))  # as the prober writes its buckets: `1.0`, never `1`
        count = f'sum by (region) (rate({name},le="+Inf"}}{{range}}))'
        quick = f'sum by (region) (rate({name},le="{edge}"}}{{range}}))'
        yield Indicator(
            record=f"journey_slow_{quantile}",
            title="Latency",
            bad=f"{count} - {quick}",
            total=count,
            budget=round(1 - float(quantile.removeprefix("p")) / 100, 6),
            inputs=(
                (f'{name},region="r",le="{edge}"}}', False, True),
                (f'{name},region="r",le="+Inf"}}', True, True),
            ),
        )


def group(
    name: str, owner: str, slo: Slo, *, voted: str = "", entry: str = ""
) -> tuple[RuleGroup, ...]:
    """The rules of one SLO: recorded ratios and the alerts on them, side by side.

    `voted`: the home region, where several look and a quorum of them must see the budget burn.
    `entry` is the region in which the users come in; each has a budget of its own.
    """
    journey = slo.journey or ""
    found: list[RuleGroup] = []
    for each in indicators(journey, slo, entry):
        spans = sorted({span for window in WINDOWS for span in (window.long, window.short)})
        labels = {"journey": journey, "slo": name, **({"entry": entry} if entry else {})}
        records = [
            RecordingRule(record=_record(each, span), expr=each.ratio(span), labels=labels)
            for span in spans
        ]
        # the budget itself comes from raw counters: an average of averages misjudges quiet hours
        budget = RecordingRule(
            record=_record(each, slo.window.seconds),
            expr=each.ratio(slo.window.seconds),
            labels=labels,
        )
        alerts = [_alert(each, window, labels, owner) for window in WINDOWS]
        possible = [alert for alert in alerts if alert is not None]
        if voted:
            possible = [_agreed(alert, voted) for alert in possible]
        of = f"slo-{name}:{each.record}" + (f":{entry}" if entry else "")
        found.append(
            RuleGroup(
                name=of,
                interval=15,
                records=tuple(records),
                alerts=tuple(possible),
            )
        )
        if slo.window.seconds not in spans:
            # the dearest query of all: it must not delay the alerts' own evaluation
            found.append(
                RuleGroup(
                    name=f"{of}:budget",
                    interval=BUDGET_EVALUATION,
                    records=(budget,),
                )
            )
    return tuple(found)


def _record(indicator: Indicator, span: float) -> str:
    return f"journey:{indicator.record}:ratio_rate{seconds(span)}"


def _alert(
    indicator: Indicator, window: Window, labels: Mapping[str, str], owner: str
) -> AlertRule | None:
    """Of what is recorded with these labels: the journey, the SLO, and the entry of several."""
    name, journey, entry = labels["slo"], labels["journey"], labels.get("entry", "")
    limit = window.factor * indicator.budget
    if limit >= 1:  # no ratio can exceed it: the alert could never fire
        return None
    selector = f'{{slo="{name}"' + (f',entry="{entry}"}}' if entry else "}")
    long = f"{_record(indicator, window.long)}{selector}"
    short = f"{_record(indicator, window.short)}{selector}"
    pair = window.short != window.long
    expr = f"{long} > {limit:.6g}" + (f" and {short} > {limit:.6g}" if pair else "")
    if window.least:
        expr += f" and on (region) ({indicator.count(window.long)}) >= {window.least}"
    if window.below:
        expr += f" < {window.below}"
    over = f"{seconds(window.long)} and {seconds(window.short)}" if pair else seconds(window.long)
    return AlertRule(
        name=f"{indicator.title}Budget{window.suffix}",
        expr=expr,
        tier=Tier.BURN,
        severity=window.severity,
        subject=journey,
        owner=owner,
        summary=f"{journey} spends its {indicator.title.lower()} budget {window.factor:g}x as fast",
        description=(
            f"Over {over} the bad share of {journey} "
            f"is above {limit:.3%}; at this pace the budget of SLO {name} does not last."
        ),
        interval=5,
        window=window.long * limit,
        labels=labels,
        test=_test(indicator, window),
    )


def _agreed(alert: AlertRule, home: str) -> AlertRule:
    """The same, of a quorum of regions; at one of several entries, of those that look at it."""
    test = alert.test
    if test is not None:
        steps = int(test.clear_at / test.interval) + 1
        test = replace(test, inputs=(*test.inputs, *votes.inputs(steps)), labels={})
    looked_at = alert.expr.partition(" > ")[0]
    entered = "entry" in alert.labels
    return replace(
        alert,
        expr=votes.agreed_of(alert.expr, looked_at) if entered else votes.agreed(alert.expr),
        labels={**alert.labels, "region": home},
        test=test,
    )


def _test(indicator: Indicator, window: Window) -> RuleTest:
    """All events are bad for `_BAD` steps, and then none until the short window is past them."""
    # steps of a minute over six hours would take most of the time of all tests together
    step = max(MINUTE, window.short / 30)
    events = 1 if window.below else 60
    return RuleTest(
        interval=step,
        inputs=tuple(
            SeriesInput(
                series=series,
                values=f"0+{bad * events}x{_BAD} {bad * events * _BAD}+{good * events}x60",
            )
            for series, bad, good in indicator.inputs
        ),
        fires_at=_BAD * step,
        clear_at=(_BAD + 3) * step + window.short,
        labels={"region": "r"},
    )
