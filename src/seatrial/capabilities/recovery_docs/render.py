"""The documents are no file of a workload: `seatrial docs` makes them, with what was proven."""

from seatrial.contract.capability import Context
from seatrial.contract.output import Output


def render(context: Context) -> Output:
    """Nothing runs for them."""
    del context
    return Output()
