"""What a rehearsal holds ready for drills of the probing: its daemons by name. Pure.

Production has none of them: there is no drill.
"""

from seatrial.contract.capability import Context, Dialect, Intent
from seatrial.system.model import System
from seatrial.system.probing import REQUIREMENT

FAULTY = "faulty-route"
FAULTY_PAGE = "faulty-page"
CERTIFICATE = "drill-certificate"
HTTP = {"http": 8080}
TLS = {"https": 8443}


def drilled(asked: Intent | Context) -> bool:
    """Whether drills of the probing may come, so that what they need must stand ready."""
    return asked.rehearsal and asked.dialect is Dialect.FILES and _promised(asked.system)


def _promised(system: System) -> bool:
    return system.promised(REQUIREMENT)
