"""How a condition that each region tells becomes one that regions agree on, in PromQL.

Each region's prober counts how many of its runs and checks were answered, and were ok. Two
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
ANSWERED, GOOD = "prober_answered_total", "prober_succeeded_total"


def agreed(condition: str) -> str:
    """That a quorum of the regions that see tells it; `condition` has one element a region."""
    return f"count(({condition}) unless on (region) {BLIND} == 1) >= on () {QUORUM}"


def agreed_of(condition: str, asked: str) -> str:
    """The same of those that look at this at all: where they are fewer, all of them must agree.

    `asked` has one element for each region that does.
    """
    looking = f"count(({asked}) unless on (region) {BLIND} == 1)"
    return (
        f"count(({condition}) unless on (region) {BLIND} == 1)"
        f" >= on () ({QUORUM} <= on () ({looking}) or {looking})"
    )


def agreed_among(condition: str, asked: str, quorum: str | int) -> str:
    """The same where not every region can ask: no more need to agree than a quorum of those.

    `asked` has one element for each region that could.
    """
    could = _needed(f"count(({asked}) unless on (region) {BLIND} == 1)", quorum)
    return (
        f"count(({condition}) unless on (region) {BLIND} == 1)"
        f" >= on () ({QUORUM} <= on () ({could}) or {could})"
    )


def _needed(seeing: str, quorum: str | int) -> str:
    """How many of those that see must agree; where fewer see than the number, all of them."""
    return f"floor({seeing} / 2) + 1" if quorum == MAJORITY else f"clamp_max({seeing}, {quorum})"


def inputs(steps: int, quorum: int = 1) -> tuple[SeriesInput, ...]:
    """What a rule's test needs to be voted on: `steps` samples."""
    return (SeriesInput(series=QUORUM, values=f"{quorum}x{steps}"),)


def records(quorum: str | int, window: float = WINDOW) -> Sequence[RecordingRule]:
    """The two series. Nobody is blind where most see nothing: that is an outage.

    Else one prober that stands beside the system would outvote everybody to whom its public side
    no longer answers. `quorum` is `majority`, or how many regions; where fewer see, all of those
    must agree.
    """
    span = f"[{window:g}s]"
    answered = f'sum by (region) (increase({ANSWERED}{{job="prober"}}{span}))'
    anybody = f'sum(increase({GOOD}{{job="prober"}}{span})) > 0'
    few = f"2 * (count({answered} == 0) or vector(0)) <= count({answered})"
    seeing = f"count({answered} >= 0 unless on (region) {BLIND} == 1)"
    return (
        RecordingRule(
            record=BLIND, expr=f"({answered} == bool 0) and on () ({anybody}) and on () ({few})"
        ),
        RecordingRule(record=QUORUM, expr=_needed(seeing, quorum)),
    )
