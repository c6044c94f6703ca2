"""Nothing runs for an exercise: what is said goes the way that alerts go."""

from seatrial.contract.capability import Context
from seatrial.contract.output import Output


def render(context: Context) -> Output:
    """Nothing."""
    del context
    return Output()
