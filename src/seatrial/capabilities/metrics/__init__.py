"""R01 metrics: everything is scraped, what was collected survives, nothing explodes unseen.

Owns Prometheus and the exporters. Rules are declared by others and written into Prometheus's own
files here; nothing here knows who is told when one fires.
"""

from seatrial.capabilities.metrics.check import check
from seatrial.capabilities.metrics.codes import CODES
from seatrial.capabilities.metrics.declare import declare
from seatrial.capabilities.metrics.examinations import examinations
from seatrial.capabilities.metrics.expectations import expectations
from seatrial.capabilities.metrics.render import render
from seatrial.capabilities.metrics.scenarios import scenarios
from seatrial.capabilities.metrics.seed import freshen
from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="metrics",
    title="Metrics",
    requirements=("R01.1", "R01.2", "R01.3", "R01.4", "R03.1", "R06.1"),
    section="monitoring",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    freshen=freshen,
    examinations=examinations,
    codes=CODES,
)
