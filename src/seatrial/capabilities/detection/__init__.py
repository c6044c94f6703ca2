"""R05.4 detection: attacks that show in the logs call the right people, and nothing else does.

Owns the rules (Sigma), what evaluates them, and the pack that comes with seatrial. What collects
and keeps the logs is not its business.
"""

from seatrial.capabilities.detection.check import check
from seatrial.capabilities.detection.codes import CODES
from seatrial.capabilities.detection.declare import declare
from seatrial.capabilities.detection.expectations import expectations
from seatrial.capabilities.detection.render import render
from seatrial.capabilities.detection.scenarios import scenarios
from seatrial.capabilities.detection.settings import Settings, reads
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="detection",
    title="Detection",
    requirements=("R05.4",),
    section="detection",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    codes=CODES,
    reads=reads,
)
