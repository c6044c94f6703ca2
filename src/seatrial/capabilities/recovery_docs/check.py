"""Nothing of the file can be wrong for the documents alone."""

from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem


def check(intent: Intent) -> tuple[Problem, ...]:
    """None: that a command is gone is no fault of the file; `seatrial docs --check` finds it."""
    del intent
    return ()
