"""R04 tracing: each journey is one trace from end to end, which is kept, and names the culprit.

Owns Jaeger. How a trace is read is the domain's (`traces`), how the services make spans is theirs;
here is which traces are kept, what each journey's must hold, and how that is proven.
"""

from seatrial.capabilities.tracing.check import check
from seatrial.capabilities.tracing.codes import CODES
from seatrial.capabilities.tracing.declare import declare
from seatrial.capabilities.tracing.expectations import expectations
from seatrial.capabilities.tracing.freshen import freshen
from seatrial.capabilities.tracing.render import render
from seatrial.capabilities.tracing.scenarios import scenarios
from seatrial.capabilities.tracing.settings import Settings
from seatrial.contract.capability import Capability

CAPABILITY = Capability(
    name="tracing",
    title="Tracing",
    requirements=("R04.1", "R04.2", "R04.3", "R04.4"),
    section="tracing",
    settings=Settings,
    check=check,
    declare=declare,
    render=render,
    scenarios=scenarios,
    expectations=expectations,
    freshen=freshen,
    codes=CODES,
)
