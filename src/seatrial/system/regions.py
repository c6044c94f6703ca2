"""Which regions a system is run in, and what a workload is called in each of them.

A workload is in one region. What is in several is a workload in each: where it is first, it has its
own name, elsewhere the region's behind it, so that a system with one region has no other names.
"""

from seatrial.system.model import Service, System

CENTRE = "centre"  # the workload where the samples of all regions meet, where it is ours
JOINED = "R01"  # what makes one picture of several regions, and pays for a second


def home(system: System) -> str:
    """The region that is home."""
    for name, region in system.regions.items():
        if region.home:
            return name
    return next(iter(system.regions), "home")


def spread(system: System) -> tuple[str, ...]:
    """Every region that is run, home first. What nobody would see elsewhere is at home only."""
    first = home(system)
    if not system.promised(JOINED):
        return (first,)
    run = (name for name, region in system.regions.items() if not region.outside)
    return (first, *(each for each in run if each != first))


def of(service: Service, run: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the regions that are `run` in which the service is; home where it is in none."""
    if service.regions is None:
        return run
    return tuple(each for each in run if each in service.regions) or run[:1]


def called(workload: str, region: str, first: str) -> str:
    """What a workload is called in a region, if it is first in the region `first`."""
    return workload if region == first else f"{workload}-{region}"
