"""For every test: when it is run, beside which, and how a property is judged."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

_TESTS = Path(__file__).parent
_ENGINES = _TESTS / "engines"
# What runs in several regions is some fifty processes; in containers there are as many shims and
# proxies beside them. Where two such systems share two cores their members call each other late,
# and a drill sees nothing but that. So one worker has all of the one kind, and one of the other,
# from the start.
_REGIONS = tuple(
    _ENGINES / each
    for each in (
        "backup/test_two_regions.py",
        "failover/test_regions.py",
        "failover/test_witness.py",
        "federation/test_two_regions.py",
    )
)
_CONTAINERS = tuple(_ENGINES / each for each in ("beside", "compose"))

# A shell has what it begins in the background ignore Ctrl-C, and so would every command that a test
# begins; of one that is handled here they know nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Engines, browsers and builds share the machine's cores: a property is judged by what it finds, not
# by how long that took.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def _chain(path: Path) -> str:
    """What is run one after the other with this file; a file alone where that is nothing else."""
    if path in _REGIONS:
        return "regions"
    return "containers" if path.parent in _CONTAINERS else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Engines first: a file that waits for minutes, begun last, would leave the cores idle."""
    order = ("regions", "containers", "")
    items.sort(key=lambda each: (order.index(_chain(each.path)), _ENGINES not in each.path.parents))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """A file stays in one worker, and so does a chain."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - absent without workers

    class Chained(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return _chain(config.rootpath / file) or file

    return Chained(config, log)
