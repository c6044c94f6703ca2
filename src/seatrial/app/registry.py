"""What is installed: capabilities and engines, found by entry points.

A new capability is a new folder and a line of packaging metadata; third parties add theirs the
same way, through the groups `seatrial.capabilities` and `seatrial.engines`.
"""

from functools import cache
from importlib.metadata import entry_points

from seatrial.contract.capability import Capability
from seatrial.contract.engine import Engine


@cache
def capabilities() -> tuple[Capability, ...]:
    """Every installed capability, by name."""
    found = (each.load() for each in entry_points(group="seatrial.capabilities"))
    return tuple(sorted(found, key=lambda each: each.name))


@cache
def engines() -> tuple[Engine, ...]:
    """Every installed engine, by name."""
    found = (each.load() for each in entry_points(group="seatrial.engines"))
    return tuple(sorted(found, key=lambda each: each.name))


def sections() -> frozenset[str]:
    """The top-level keys of the file that capabilities own."""
    return frozenset(each.section for each in capabilities() if each.section)
