"""Alerts on checks, on certificates that end, and on a region that sees nothing.

A check is judged by what its last three answers were: it must have failed for two intervals. Where
there are regions to vote, a quorum of them must tell the same; a region that is blind has no say
until its blindness is known, so that nothing is told sooner than that. Which regions those are is
asked anew for each check, since not every region can ask everything.
"""

import math

from seatrial.capabilities.synthetics import itself
from seatrial.capabilities.synthetics.checks import Asked
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.engines.prometheus import votes

CHECKS, REGIONS = "checks", "probing"
FAILING, UNKNOWN, EXPIRES = "CheckFailing", "CheckUnknown", "CheckExpires"
BLIND, DOWN = "RegionBlind", "ProberDown"
_SCRAPE = 5.0
_EVALUATION = 5.0
_SLOW = 15.0
_DAY = 86400.0
_UNKNOWN_HOLD = 300.0
_BLIND_HOLD = 60.0
_DOWN_HOLD = 30.0


def groups(
    asked: tuple[Asked, ...],
    *,
    home: str,
    quorum: str | int,
    owner: str,
    pace: float,
    late: float = 0.0,
) -> tuple[RuleGroup, ...]:
    """Every rule. `home` is the region that a vote is told for, empty where there is none.

    `pace` is for how many seconds a prober asks nothing, at most; `late`: for so many seconds a
    prober that is gone may still be shown.
    """
    found = [
        RuleGroup(name="prober:meta", interval=_EVALUATION, alerts=(_down(owner, late),)),
        itself.group(owner, pace),
    ]
    if asked:
        found.append(
            RuleGroup(
                name=f"{CHECKS}:failing",
                interval=_EVALUATION,
                alerts=tuple(_failing(each, home, quorum) for each in asked),
            )
        )
        slow = [_unknown(each) for each in asked]
        slow += [_expires(each, home, each.days) for each in asked if each.days is not None]
        found.append(RuleGroup(name=f"{CHECKS}:watched", interval=_SLOW, alerts=tuple(slow)))
    if home:
        found += [
            RuleGroup(
                name=f"{REGIONS}:votes",
                interval=_EVALUATION,
                records=tuple(votes.records(quorum)),
            ),
            # in a file of its own: its test gives what the other records
            RuleGroup(name="blindness:regions", interval=_SLOW, alerts=(_blind(owner),)),
        ]
    return tuple(found)


def hold(every: float, *, voted: bool) -> float:
    """How long it must have failed, in seconds: two intervals, and until it shows who is blind."""
    least = votes.WINDOW + _SCRAPE + 2 * _EVALUATION if voted else 0.0
    return max(2 * every, 2 * _SCRAPE, least)


def _failing(one: Asked, home: str, quorum: str | int) -> AlertRule:
    name = one.check.name
    series = f'check_up{{job="prober",check="{name}"}}'
    asked = f"max by (region) ({series})"
    told = f"{asked} == 0"
    lasts = hold(one.check.every, voted=bool(home))
    # a check that is asked once an hour is told by its last answer until then
    bad = math.ceil((lasts + 60) / _SLOW)
    inputs = [SeriesInput(series=_there(series), values=f"1x3 0x{bad} 1x20")]
    return AlertRule(
        name=FAILING,
        expr=votes.agreed_among(told, asked, quorum) if home else told,
        tier=Tier.OUTAGE,
        severity=one.severity,
        subject=one.subject,
        owner=one.owner,
        summary=f"The check {name} fails",
        description=f"Why is the outcome that grows in check_runs_total of {name}; the sentence"
        " is in the prober's log.",
        hold=lasts,
        interval=_SCRAPE,
        window=one.check.every + one.check.timeout,
        labels={"check": name, **_region(home)},
        test=RuleTest(
            interval=_SLOW,
            inputs=(*inputs, *(votes.inputs(bad + 30) if home else ())),
            fires_at=(3 + bad) * _SLOW,
            clear_at=(3 + bad + 12) * _SLOW,
            labels={} if home else {"region": "r"},
        ),
    )


def _unknown(one: Asked) -> AlertRule:
    """A region cannot ask it: what it looks at may be well or ill there, and nothing else tells."""
    name = one.check.name
    runs = f'check_runs_total{{job="prober",check="{name}"'
    window = f"[{max(60, math.ceil(3 * one.check.every))}s]"
    told = (
        f'sum by (region) (increase({runs},outcome="unknown"}}{window})) > 0'
        f' unless sum by (region) (increase({runs},outcome!="unknown"}}{window})) > 0'
    )
    span = max(60, math.ceil(3 * one.check.every))
    bad = math.ceil((_UNKNOWN_HOLD + 2 * span) / _SLOW)
    return AlertRule(
        name=UNKNOWN,
        expr=told,
        tier=Tier.META,
        severity=Severity.TICKET,
        subject=one.subject,
        owner=one.owner,
        summary=f"The prober of a region cannot ask the check {name}",
        description="It is neither up nor down there, and the region has no say about it; the"
        " prober's log says what it may not do.",
        hold=_UNKNOWN_HOLD,
        interval=_SCRAPE,
        labels={"check": name},
        test=RuleTest(
            interval=_SLOW,
            inputs=(
                SeriesInput(
                    series=_there(f'{runs},outcome="unknown"}}'),
                    values=f"0x3 0+1x{bad} {bad}x{bad + 60}",
                ),
            ),
            fires_at=(3 + bad) * _SLOW,
            clear_at=(2 * bad + 50) * _SLOW,
            labels={"region": "r"},
        ),
    )


def _expires(one: Asked, home: str, days: float) -> AlertRule:
    """Also of a certificate that nobody trusts; the earliest that any region was shown."""
    name = one.check.name
    series = f'check_certificate_expiry_timestamp_seconds{{job="prober",check="{name}"}}'
    horizon = days * _DAY
    return AlertRule(
        name=EXPIRES,
        expr=f"min({series}) - time() < {horizon:.0f}",
        tier=Tier.PREDICTION,
        severity=one.severity,
        subject=one.subject,
        owner=one.owner,
        summary=f"The certificate that {name} looks at ends within {days:g} days",
        description="Renewal should have happened by now; see why it did not.",
        interval=_SCRAPE,
        window=one.check.every + one.check.timeout,
        labels={"check": name, **_region(home)},
        test=RuleTest(
            interval=_SLOW,
            inputs=(SeriesInput(series=_there(series), values=f"1000x10 {2 * horizon:.0f}x40"),),
            fires_at=120,
            clear_at=300,
        ),
    )


def _blind(owner: str) -> AlertRule:
    """Not the system: its users elsewhere are served."""
    up = 'up{job="prober"}'
    return AlertRule(
        name=BLIND,
        expr=f"{votes.BLIND} == 1 or max by (region) ({up}) == 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject="prober",
        owner=owner,
        summary="The prober of a region sees nothing while others do",
        description="Its region is cut off, or it stands still. It has no vote until it sees again;"
        " what only this region could tell is not known.",
        hold=_BLIND_HOLD,
        interval=_SCRAPE,
        window=votes.WINDOW,
        test=RuleTest(
            interval=_SLOW,
            inputs=(
                SeriesInput(series=f'{votes.BLIND}{{region="r"}}', values="0x3 1x20 0x40"),
                SeriesInput(series='up{job="prober",region="r"}', values="1x80"),
            ),
            fires_at=240,
            clear_at=600,
            labels={"region": "r"},
        ),
    )


def _down(owner: str, late: float) -> AlertRule:
    """Nobody looks: what users see is not known, and no alert about it can fire."""
    up = 'up{job="prober"}'
    return AlertRule(
        name=DOWN,
        expr=f"max({up}) == 0",
        tier=Tier.META,
        severity=Severity.PAGE,
        subject="prober",
        owner=owner,
        summary="Nobody looks at what users see: no prober answers",
        description="Journeys, checks and the SLA are blind until one is back.",
        hold=_DOWN_HOLD,
        interval=_SCRAPE,
        window=late,
        test=RuleTest(
            interval=_SLOW,
            inputs=(SeriesInput(series='up{job="prober",region="r"}', values="1x3 0x20 1x40"),),
            fires_at=240,
            clear_at=600,
        ),
    )


def _there(series: str) -> str:
    return f'{series.removesuffix("}")},region="r"}}'


def _region(home: str) -> dict[str, str]:
    return {"region": home} if home else {}
