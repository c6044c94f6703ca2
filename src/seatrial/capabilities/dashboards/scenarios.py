"""Boards need no fault of their own: they are looked at while others inject theirs."""

from seatrial.contract.capability import Context
from seatrial.contract.scenario import Scenario


def scenarios(_context: Context) -> tuple[Scenario, ...]:
    """None."""
    return ()
