"""From which regions the system is looked at as its users see it."""

from collections.abc import Mapping

from seatrial.system.fronts import front
from seatrial.system.model import System
from seatrial.system.regions import called, home, of

PROBER = "prober"
INTAKE = "prober-intake"  # takes at home what probers outside send
INTAKE_PORTS = {"http": 8080, "https": 8443}
REQUIREMENT = "R06"


def probers(system: System) -> Mapping[str, str]:
    """The prober of each region, by name, and the region; the home region's comes first.

    Where there is one region, or synthetics are not promised, there is one, whose region is "":
    home. Only then is a failure told by one prober alone. Those outside are among them: they have a
    vote as every other.
    """
    if len(system.regions) < 2 or not system.promised(REQUIREMENT):  # noqa: PLR2004 - one has no vote
        return {PROBER: ""}
    first = home(system)
    others = (name for name in system.regions if name != first)
    return {PROBER: first, **{f"{PROBER}-{each}": each for each in others}}


def outside(system: System) -> Mapping[str, str]:
    """Those of the probers that stand outside and send home what they see."""
    found = probers(system).items()
    return {name: region for name, region in found if region and system.regions[region].outside}


def stationed(system: System, *, rehearsal: bool) -> Mapping[str, str]:
    """Those that are run: a rehearsal runs one in the place of each that stands outside, too."""
    away = {} if rehearsal else outside(system)
    return {name: region for name, region in probers(system).items() if name not in away}


def entries(system: System, service: str, run: tuple[str, ...]) -> Mapping[str, str]:
    """Where users come in to a service: the workload of each of the regions `run`, by the region.

    Where there is one, its region is "": nothing needs to be told apart. So it is behind a front,
    which leads to whichever region takes users.
    """
    own = of(system.services[service], run)
    if len(own) <= 1:
        return {"": service}
    if one := front(system, service, run):
        return {"": one}
    return {each: called(service, each, own[0]) for each in own}


def token(system: System, region: str) -> str:
    """The name of the secret that a prober outside shows at home."""
    return system.regions[region].token or f"{PROBER}-{region}"
