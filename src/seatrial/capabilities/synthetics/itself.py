"""Alerts on the prober itself: it is up, and does not do what the file says.

Nobody would miss what it no longer asks: an alert on a journey needs runs that failed.
"""

from seatrial.capabilities.synthetics.checks import Asked
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    about_itself,
)
from seatrial.system.model import System

STILL, REFUSED, PACED = "ProberStill", "ProberPlanRefused", "ProberPaced"
_EVALUATION = 15.0
_CLOSED = 'journey_maintenance{job="prober"}'
_LEAST = 300.0  # seconds
_HOLD = 60.0
# A rehearsal changes the pace for minutes: nobody is told of that.
_PACED_HOLD = 900.0


def pace(system: System, asked: tuple[Asked, ...]) -> float:
    """Seconds from one run or check of a prober to the next, at most."""
    walked = [1 / each.pace for each in system.journeys.values()]
    return min((*walked, *(each.check.every for each in asked)), default=_LEAST)


def group(owner: str, pace: float) -> RuleGroup:
    """What each prober tells of itself, `pace` as above."""
    return RuleGroup(
        name="prober:itself",
        interval=_EVALUATION,
        alerts=(_still(owner, max(_LEAST, 3 * pace)), _refused(owner), _paced(owner)),
    )


def _still(owner: str, window: float) -> AlertRule:
    series = 'prober_ended_total{job="prober"}'
    steps = round(window / _EVALUATION)
    span = f"[{window:.0f}s]"
    # of what was announced not to be walked nothing can end
    closed = f"min by (region) (max_over_time({_CLOSED}{span})) == 1"
    return about_itself(
        STILL,
        f"sum by (region) (increase({series}{span})) == 0 unless on (region) {closed}",
        (
            "A prober is up, and nothing that it asks comes to an end",
            (
                "What users of its region get is not known. Its log says what it waits for;"
                " journey_rate_factor of 0 means that somebody stopped it."
            ),
        ),
        owner=owner,
        subject="prober",
        hold=_HOLD,
        interval=_EVALUATION,
        window=window,
        test=RuleTest(
            interval=_EVALUATION,
            inputs=(
                SeriesInput(
                    series='prober_ended_total{job="prober",region="r"}',
                    values=f"0+5x4 20x{2 * steps + 8} 25+5x{steps + 20}",
                ),
            ),
            fires_at=(2 * steps + 8) * _EVALUATION,
            clear_at=(2 * steps + 24) * _EVALUATION,
            labels={"region": "r"},
        ),
    )


def _refused(owner: str) -> AlertRule:
    return about_itself(
        REFUSED,
        'min by (region) (prober_plan_ok{job="prober"}) == 0',
        (
            "A prober cannot read its plan, and goes by an older one",
            "Its log names the line. `seatrial up` writes the plan anew.",
        ),
        owner=owner,
        subject="prober",
        hold=_HOLD,
        interval=_EVALUATION,
        test=RuleTest(
            interval=_EVALUATION,
            inputs=(
                SeriesInput(
                    series='prober_plan_ok{job="prober",region="r"}', values="1x3 0x20 1x40"
                ),
            ),
            fires_at=240,
            clear_at=600,
            labels={"region": "r"},
        ),
    )


def _paced(owner: str) -> AlertRule:
    steps = round(_PACED_HOLD / _EVALUATION)
    return about_itself(
        PACED,
        'max by (region, journey) (journey_rate_factor{job="prober"} != 1)',
        (
            "A journey is not walked at the pace of the file",
            (
                "Somebody changed it, and alerts on the journey see more or less than they"
                " were made for. A restart of the prober sets it right."
            ),
        ),
        owner=owner,
        subject="prober",
        hold=_PACED_HOLD,
        interval=_EVALUATION,
        test=RuleTest(
            interval=_EVALUATION,
            inputs=(
                SeriesInput(
                    series='journey_rate_factor{job="prober",region="r",journey="j"}',
                    values=f"1x3 0x{steps + 10} 1x40",
                ),
            ),
            fires_at=(steps + 8) * _EVALUATION,
            clear_at=(steps + 30) * _EVALUATION,
            labels={"region": "r", "journey": "j"},
        ),
    )
