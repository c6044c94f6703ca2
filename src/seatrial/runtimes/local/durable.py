"""Which data outlives `down`: noted before it is written, and known when all else is gone.

Also after a second `down`, or one that was killed halfway, and of a store that has left the file.
"""

from collections.abc import Iterator
from pathlib import Path

from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.local.home import Home

NAME = "durable.json"


def note(fleet: Fleet) -> None:
    """Add what these replicas keep to what earlier ones have kept here."""
    home = fleet.home
    known = home.read(NAME) or []
    paths = {str(each.relative_to(home.path)) for each in _of(fleet)}
    home.write(NAME, sorted({*known, *paths}))


def noted(home: Home) -> tuple[Path, ...]:
    """Every path that only `down --purge` removes."""
    known = home.read(NAME)
    if not isinstance(known, list):  # started by a version that noted nothing: all may be data
        known = ["w", "prepared"]
    return tuple(home.path / each for each in known)


def _of(fleet: Fleet) -> Iterator[Path]:
    for name, one in fleet.workloads.items():
        for number in range(one.replicas):
            for volume in one.volumes:
                if volume.durable:
                    yield fleet.home.replica(name, number) / volume.path
                    yield fleet.home.prepared(name, number)
                    yield fleet.home.preparing(name, number)
