"""What is installed: capabilities and engines, found by entry points.

A new capability is a new folder and a line of packaging metadata; third parties add theirs the
same way, through the groups `seatrial.capabilities`, `seatrial.sections` (the key of the file that
a capability owns) and `seatrial.engines`.
"""

from functools import cache
from importlib.metadata import entry_points

from seatrial.contract.capability import Capability
from seatrial.contract.engine import Engine
from seatrial.contract.runtime import RuntimeFailure

_SECTIONS = "seatrial.sections"


@cache
def capabilities() -> tuple[Capability, ...]:
    """Every installed capability, by name. Raises RuntimeFailure: one is badly installed."""
    found = tuple(each.load() for each in entry_points(group="seatrial.capabilities"))
    for each in found:
        if each.section and each.section not in sections():
            raise RuntimeFailure(
                f"the capability {each.name} owns {each.section} and was not installed so",
                f"its package must name {each.section} among its entry points {_SECTIONS}",
            )
    return tuple(sorted(found, key=lambda each: each.name))


@cache
def engines() -> tuple[Engine, ...]:
    """Every installed engine, by name."""
    found = (each.load() for each in entry_points(group="seatrial.engines"))
    return tuple(sorted(found, key=lambda each: each.name))


@cache
def sections() -> frozenset[str]:
    """The top-level keys of the file that capabilities own.

    By entry points of their own: `status` and its kin read the file and load no capability.
    """
    return frozenset(each.name for each in entry_points(group=_SECTIONS))
