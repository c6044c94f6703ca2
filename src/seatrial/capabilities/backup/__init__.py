"""R20 backup: stores are backed up as the file says, and restored to the second.

Owns the daemons that take backups. What may not live here: what a product's file or command looks
like, and anything that touches a repository.
"""

from seatrial.capabilities.backup.check import check
from seatrial.capabilities.backup.codes import CODES
from seatrial.capabilities.backup.declare import declare
from seatrial.capabilities.backup.expectations import expectations
from seatrial.capabilities.backup.render import render
from seatrial.capabilities.backup.scenarios import scenarios
from seatrial.capabilities.backup.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="backup",
    title="Backup",
    requirements=("R20.1", "R20.2", "R20.3", "R20.4"),
    section="backup",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    codes=CODES,
)
