"""From which regions the system is looked at as its users see it."""

from collections.abc import Mapping

from seatrial.system.model import System
from seatrial.system.regions import home

PROBER = "prober"
REQUIREMENT = "R06"


def probers(system: System) -> Mapping[str, str]:
    """The workload that probes from each region, and the region; the home region's comes first.

    Where there is one region, or synthetics are not promised, there is one, whose region is "":
    home. Only then is a failure told by one prober alone.
    """
    if len(system.regions) < 2 or not system.promised(REQUIREMENT):  # noqa: PLR2004 - one has no vote
        return {PROBER: ""}
    first = home(system)
    others = (name for name in system.regions if name != first)
    return {PROBER: first, **{f"{PROBER}-{each}": each for each in others}}
