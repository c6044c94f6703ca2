"""R06 synthetics: whoever stands in for users sees a fault first, and what users got is accounted.

The prober itself is run with the metrics, whose SLOs are judged by what it counts.
"""

from seatrial.capabilities.synthetics.check import check
from seatrial.capabilities.synthetics.codes import CODES
from seatrial.capabilities.synthetics.expectations import expectations
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.contract.capability import Capability, Context, Intent
from seatrial.contract.declaration import Declarations
from seatrial.contract.output import Output
from seatrial.contract.scenario import Scenario


def _declare(_intent: Intent) -> Declarations:
    """Nothing of its own: the prober is there wherever journeys are."""
    return Declarations()


def _render(_context: Context) -> Output:
    return Output()


def _scenarios(_context: Context) -> tuple[Scenario, ...]:
    """It looks at faults that others inject."""
    return ()


CAPABILITY = Capability(
    name="synthetics",
    title="Synthetics",
    requirements=("R06.2",),
    section="synthetics",
    settings=Settings,
    check=check,
    declare=_declare,
    render=_render,
    scenarios=_scenarios,
    expectations=expectations,
    codes=CODES,
)
