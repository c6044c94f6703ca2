"""R21 failover: of a store's members one takes over from another, and nothing acknowledged is lost.

Owns the members, what agrees on their primary, what leads to it, and the writers that measure it.
What may not live here: what a product's file looks like, and anything that touches a member.
"""

from seatrial.capabilities.failover.check import check
from seatrial.capabilities.failover.codes import CODES
from seatrial.capabilities.failover.declare import declare
from seatrial.capabilities.failover.expectations import expectations
from seatrial.capabilities.failover.render import render
from seatrial.capabilities.failover.scenarios import scenarios
from seatrial.capabilities.failover.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="failover",
    title="Failover",
    requirements=("R21.1", "R21.2", "R21.3", "R21.4"),
    section="",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    codes=CODES,
)
