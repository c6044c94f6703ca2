"""R18 recovery documents: pages for the worst day, and drills that do what they say.

Owns the pages and how they are followed. What may not live here: a command of a procedure, which
whoever promises the recovery declares, and anything that runs one.
"""

from seatrial.capabilities.recovery_docs.check import check
from seatrial.capabilities.recovery_docs.declare import declare
from seatrial.capabilities.recovery_docs.expectations import expectations
from seatrial.capabilities.recovery_docs.render import render
from seatrial.capabilities.recovery_docs.scenarios import scenarios
from seatrial.capabilities.recovery_docs.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="recovery_docs",
    title="Recovery documents",
    requirements=("R18.1", "R18.2"),
    section="",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
)
