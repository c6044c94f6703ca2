"""Who looks for attacks is watched himself: gone, blind, at rules that fail, or told to nobody."""

from functools import partial

from seatrial.contract.declaration import (
    AlertRule,
    RecordingRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    about_itself,
)
from seatrial.engines.vmalert import rules as vmalert_rules
from seatrial.engines.vmalert import workload as vmalert

DETECTOR = "detector"
FIRING = "team:attacks:firing"  # boards draw it beside ALERTS
_MINUTE = 60.0
_INTERVAL = 15.0  # of the samples that these rules read
_rule = partial(about_itself, interval=_INTERVAL)
_OLDEST = 60  # seconds: twelve looks that should have been
_RISES = "0x4 0+5x20 100x60"  # a counter, for five minutes
_RISEN = 5 * _MINUTE  # over how long a counter is looked at


def group(owner: str) -> RuleGroup:
    """All are tickets: the system works on, and so does whatever else watches it."""
    return RuleGroup(
        name="detection:watchers",
        interval=_INTERVAL,
        records=(RecordingRule(record=FIRING, expr=_firing()),),
        alerts=(
            _down(
                owner,
                vmalert.NAME,
                "DetectionRulesDown",
                "No attack that shows in one line is told, and no gap in the logs.",
            ),
            _down(
                owner,
                DETECTOR,
                "DetectorDown",
                "No attack that takes several lines is told: guessed logins, scans.",
            ),
            _blind(owner),
            _failing(owner),
            _untold(owner),
            _cut(owner),
        ),
    )


def _firing() -> str:
    """What is told of attacks now, under the labels of Prometheus's own ALERTS.

    Alertmanager is told by those who look at the logs, so that ALERTS has none of it. They tell it
    under other names because the target that they are read at has a team and a service, too.
    """
    by_query = f'{vmalert_rules.FIRING}{{job="{vmalert.NAME}"}}'
    for place, name in enumerate(("severity", "team", "service"), start=1):
        by_query = (
            f'label_replace({by_query}, "{name}", "${place}", "group", "{vmalert_rules.GROUP}")'
        )
    by_detector = f'detector_alerts{{job="{DETECTOR}"}}'
    for name, own in (("alertname", "alert"), ("team", "owner"), ("service", "subject")):
        by_detector = f'label_replace({by_detector}, "{name}", "$1", "{own}", "(.*)")'
    return f"sum by (region, alertname, severity, team, service) ({by_query} or {by_detector}) > 0"


def _down(owner: str, job: str, name: str, description: str) -> AlertRule:
    up = f'up{{job="{job}"}}'
    return _rule(
        name,
        f"max by (region) ({up}) == 0",
        (f"{job} does not answer", description),
        owner,
        job,
        hold=_MINUTE,
        test=_test((up, "1x4 0x20 1x60"), fires_at=300),
    )


def _blind(owner: str) -> AlertRule:
    last = f'detector_last_look_timestamp_seconds{{job="{DETECTOR}"}}'
    return _rule(
        "DetectorBlind",
        f"time() - max by (region) ({last}) > {_OLDEST}",
        (
            "The detector runs, and sees nothing",
            "The store does not answer it, or no Alertmanager takes what it tells: see its log.",
        ),
        owner,
        DETECTOR,
        hold=_MINUTE / 2,
        # it looks, stands still after a minute, and looks again after nine
        test=_test((last, "0+15x4 60x30 540+15x60"), fires_at=300),
    )


def _failing(owner: str) -> AlertRule:
    failed = f'vmalert_execution_errors_total{{job="{vmalert.NAME}"}}'
    return _rule(
        "DetectionRulesFailing",
        _rising(failed),
        (
            "A rule over the logs cannot be evaluated",
            "Its alert can never fire; vmalert's log names the rule, and what the store says.",
        ),
        owner,
        vmalert.NAME,
        test=_test((failed, _RISES), fires_at=240),
    )


def _untold(owner: str) -> AlertRule:
    sent = f'vmalert_alerts_send_errors_total{{job="{vmalert.NAME}"}}'
    taken = f'detector_refusals_total{{job="{DETECTOR}"}}'
    return _rule(
        "AttacksUntold",
        f"{_rising(sent)} or {_rising(taken)}",
        (
            "An Alertmanager does not take what is told of attacks",
            "Another one of its pair may have: look which of them does not answer.",
        ),
        owner,
        DETECTOR,
        test=_test((sent, "0x90"), (taken, _RISES), fires_at=240),
    )


def _cut(owner: str) -> AlertRule:
    cut = f'detector_truncated_total{{job="{DETECTOR}"}}'
    return _rule(
        "AttacksOverlooked",
        _rising(cut),
        (
            "The detector reads only the newest lines of a rule's window",
            "What is older counts for nothing. Its log names the rule: let it match less.",
        ),
        owner,
        DETECTOR,
        test=_test((cut, _RISES), fires_at=240),
    )


def _rising(series: str) -> str:
    return f"sum by (region) (increase({series}[{_RISEN / _MINUTE:.0f}m])) > 0"


def _test(*inputs: tuple[str, str], fires_at: float) -> RuleTest:
    return RuleTest(
        interval=_INTERVAL,
        inputs=tuple(
            SeriesInput(series=f'{series.removesuffix("}")},region="r"}}', values=values)
            for series, values in inputs
        ),
        fires_at=fires_at,
        clear_at=900,
        labels={"region": "r"},
    )
