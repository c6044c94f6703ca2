"""R02 dashboards: boards for hosts, services, stores, the business and the monitoring itself.

Declares them, renders them for Grafana, and proves that every query of every panel has data. Who
draws them (Grafana, `seatrial boards`) is none of its business; alerts are not its to declare.
"""

from seatrial.capabilities.dashboards.check import check
from seatrial.capabilities.dashboards.codes import CODES
from seatrial.capabilities.dashboards.declare import declare
from seatrial.capabilities.dashboards.examinations import examinations
from seatrial.capabilities.dashboards.expectations import expectations
from seatrial.capabilities.dashboards.render import render
from seatrial.capabilities.dashboards.scenarios import scenarios
from seatrial.capabilities.dashboards.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="dashboards",
    title="Dashboards",
    requirements=("R02.1", "R02.2", "R02.3", "R02.4"),
    section="dashboards",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    examinations=examinations,
    codes=CODES,
)
