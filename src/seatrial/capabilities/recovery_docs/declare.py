"""The documents tell nobody anything: they are made of what the others declare."""

from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations


def declare(intent: Intent) -> Declarations:
    """Nothing."""
    del intent
    return Declarations()
