"""What continuity tells the others: who is to be reached beside the teams."""

from seatrial.capabilities.continuity.people import REQUIREMENT, called_alone
from seatrial.capabilities.continuity.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Audience, Callee, Declarations
from seatrial.contract.exercise import BROKEN_RUNGS, Rung


def declare(intent: Intent) -> Declarations:
    """Each audience with its channels, and whom an exercise calls; none without the promise."""
    settings: Settings = intent.settings
    system = intent.system
    if not system.promised(REQUIREMENT):
        return Declarations()
    alone = dict.fromkeys(
        person
        for each in settings.exercises.values()
        if Rung(each.kind) in BROKEN_RUNGS
        for person in called_alone(system, each)
    )
    return Declarations(
        audiences=tuple(
            Audience(
                name=name,
                chat=each.chat or "",
                email=each.email or "",
                within=each.within.seconds,
            )
            for name, each in settings.audiences.items()
        ),
        callees=tuple(Callee(name=each) for each in alone),
    )
