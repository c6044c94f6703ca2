"""R03 alerting: each critical fault pages the right team in time, and nothing else does.

Owns rules, routes, Alertmanager, the watchdog and, in a rehearsal, the sink. What collects the
figures that rules read is not its business.
"""

from seatrial.capabilities.alerting.check import check
from seatrial.capabilities.alerting.codes import CODES
from seatrial.capabilities.alerting.declare import declare
from seatrial.capabilities.alerting.examinations import examinations
from seatrial.capabilities.alerting.expectations import expectations
from seatrial.capabilities.alerting.freshen import freshen
from seatrial.capabilities.alerting.render import render
from seatrial.capabilities.alerting.scenarios import scenarios
from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="alerting",
    title="Alerting",
    requirements=("R01.4", "R03.1", "R03.2", "R03.3", "R03.4"),
    section="alerting",
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
