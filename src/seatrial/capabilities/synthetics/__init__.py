"""R06 synthetics: whoever stands in for users sees a fault first, and what users got is accounted.

The prober itself is run with the metrics, whose SLOs are judged by what it counts; what it asks
besides, and whose word counts where it stands in several regions, is said here.
"""

from seatrial.capabilities.synthetics.check import check
from seatrial.capabilities.synthetics.codes import CODES
from seatrial.capabilities.synthetics.declare import declare
from seatrial.capabilities.synthetics.expectations import expectations
from seatrial.capabilities.synthetics.render import render
from seatrial.capabilities.synthetics.scenarios import scenarios
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="synthetics",
    title="Synthetics",
    requirements=("R06.2", "R06.3", "R06.4"),
    section="synthetics",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    codes=CODES,
)
