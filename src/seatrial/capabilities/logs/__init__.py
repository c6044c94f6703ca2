"""R05 logs: what every workload writes is collected, masked, read, kept and found again.

Owns the collector and the log store. What is looked for in the lines is told by others.
"""

from seatrial.capabilities.logs.check import check
from seatrial.capabilities.logs.codes import CODES
from seatrial.capabilities.logs.declare import declare
from seatrial.capabilities.logs.expectations import expectations
from seatrial.capabilities.logs.render import render
from seatrial.capabilities.logs.scenarios import scenarios
from seatrial.capabilities.logs.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="logs",
    title="Logs",
    requirements=("R05.1", "R05.2", "R05.3"),
    section="logs",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    codes=CODES,
)
