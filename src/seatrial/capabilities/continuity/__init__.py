"""R22 continuity: exercises are held as often as declared, by those concerned, and written down.

R18.3 and R18.4 with it: an exercise does the plans and checklists of the recovery documents.

Owns the ladder, what people are told, and what a record is held to. What may not live here: a
fault, which whoever promises the recovery injects, and anything that keeps a record.
"""

from seatrial.capabilities.continuity.check import check
from seatrial.capabilities.continuity.codes import CODES
from seatrial.capabilities.continuity.declare import declare
from seatrial.capabilities.continuity.expectations import expectations
from seatrial.capabilities.continuity.ladder import exercises
from seatrial.capabilities.continuity.render import render
from seatrial.capabilities.continuity.scenarios import scenarios
from seatrial.capabilities.continuity.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="continuity",
    title="Continuity",
    requirements=("R18.3", "R18.4", "R22.1", "R22.2", "R22.3", "R22.4"),
    section="continuity",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    exercises=exercises,
    codes=CODES,
)
