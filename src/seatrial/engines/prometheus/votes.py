"""How a condition that each region tells becomes one that regions agree on, in PromQL.

Each region's prober counts how many of its runs and checks ended, were answered, and were ok. Two
series are recorded from that, which every rule about what users see reads: which region is blind,
and how many that see must agree. A rule that never finds the second does not fire, so they are
recorded wherever there are regions to vote.
"""

from collections.abc import Sequence

from seatrial.contract.declaration import RecordingRule, SeriesInput

BLIND = "region:prober_blind:bool"
QUORUM = "prober:quorum"
MAJORITY = "majority"
WINDOW = 30.0  # seconds without any answer after which a region counts as blind
ENDED, ANSWERED, GOOD = "prober_ended_total", "prober_answered_total", "prober_succeeded_total"


def agreed(condition: str) -> str:
    """That a quorum of the regions that see tells it; `condition` has one element a region."""
    return f"count(({condition}) unless on (region) {BLIND} == 1) >= on () {QUORUM}"


def inputs(steps: int, quorum: int = 1) -> tuple[SeriesInput, ...]:
    """What a rule's test needs to be voted on: `steps` samples."""
    return (SeriesInput(series=QUORUM, values=f"{quorum}x{steps}"),)


def records(quorum: str | int, window: float = WINDOW) -> Sequence[RecordingRule]:
    """The two series. Nobody is blind where nobody sees anything: that is an outage.

    `quorum` is `majority`, or how many regions; where fewer see, all of those must agree.
    """
    span = f"[{window:g}s]"
    answered = f'sum by (region) (increase({ANSWERED}{{job="prober"}}{span}))'
    anybody = f'sum(increase({GOOD}{{job="prober"}}{span})) > 0'
    seeing = f"count({answered} >= 0 unless on (region) {BLIND} == 1)"
    needed = f"floor({seeing} / 2) + 1" if quorum == MAJORITY else f"clamp_max({seeing}, {quorum})"
    return (
        RecordingRule(record=BLIND, expr=f"({answered} == bool 0) and on () ({anybody})"),
        RecordingRule(record=QUORUM, expr=needed),
    )
