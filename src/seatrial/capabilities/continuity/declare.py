"""What continuity tells the others: who is to be reached beside the teams."""

from seatrial.capabilities.continuity.people import REQUIREMENT
from seatrial.capabilities.continuity.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Audience, Declarations


def declare(intent: Intent) -> Declarations:
    """Each audience, with its channels; none where continuity is not promised."""
    settings: Settings = intent.settings
    if not intent.system.promised(REQUIREMENT):
        return Declarations()
    return Declarations(
        audiences=tuple(
            Audience(
                name=name,
                chat=each.chat or "",
                email=each.email or "",
                within=each.within.seconds,
            )
            for name, each in settings.audiences.items()
        )
    )
