"""The alert on a journey that nobody can walk: a browser walks it, and there is none.

Its runs are unknown and counted nowhere else, so that no alert on the journey, no budget and no SLA
takes them for good or bad; but somebody must be told that nothing is known.
"""

from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
)
from seatrial.system.model import Journey, System

UNWALKED = "JourneyUnknown"
_EVALUATION = 15.0
_HOLD = 300.0
_LEAST = 60.0  # seconds of runs that are looked at


def groups(system: System) -> tuple[RuleGroup, ...]:
    """One group for all journeys that a browser walks; none where it walks none."""
    alerts = tuple(_unwalked(name, each) for name, each in system.journeys.items() if each.browser)
    if not alerts:
        return ()
    return (RuleGroup(name="journeys:unwalked", interval=_EVALUATION, alerts=alerts),)


def _unwalked(name: str, journey: Journey) -> AlertRule:
    span = max(_LEAST, 3 / journey.pace)
    window = f"[{span:.0f}s]"
    unknown = f'journey_unknown_total{{job="prober",journey="{name}"}}'
    walked = f'journey_requests_total{{job="prober",journey="{name}"}}'
    bad = round((_HOLD + 2 * span) / _EVALUATION)
    return AlertRule(
        name=UNWALKED,
        expr=f"sum by (region) (increase({unknown}{window})) > 0"
        f" unless sum by (region) (increase({walked}{window})) > 0",
        tier=Tier.META,
        severity=Severity.TICKET,
        subject=name,
        owner=journey.owner or "",
        summary=f"The prober of a region cannot walk {name}",
        description="Whether its users are served is not known there; the prober's log says what"
        " the browser lacks. `seatrial doctor` tells of a machine that runs probers.",
        hold=_HOLD,
        interval=_EVALUATION,
        test=RuleTest(
            interval=_EVALUATION,
            inputs=(
                SeriesInput(
                    series=f'journey_unknown_total{{job="prober",journey="{name}",region="r"}}',
                    values=f"0x3 0+1x{bad} {bad}x{bad + 60}",
                ),
            ),
            fires_at=(3 + bad) * _EVALUATION,
            clear_at=(2 * bad + 50) * _EVALUATION,
            labels={"region": "r"},
        ),
    )
