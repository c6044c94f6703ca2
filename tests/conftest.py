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
# What runs in several regions is some fifty processes, and its members call each other late where
# two such systems share two cores: one worker has them all, one after the other, from the start.
_REGIONS = tuple(
    _ENGINES / each
    for each in (
        "backup/test_two_regions.py",
        "compose/test_failover_regions.py",
        "compose/test_witness.py",
        "failover/test_regions.py",
        "failover/test_witness.py",
        "federation/test_two_regions.py",
    )
)

# A shell has what it begins in the background ignore Ctrl-C, and so would every command that a test
# begins; of one that is handled here they know nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Engines, browsers and builds share the machine's cores: a property is judged by what it finds, not
# by how long that took.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Engines first: a file that waits for minutes, begun last, would leave the cores idle."""
    items.sort(key=lambda each: (each.path not in _REGIONS, _ENGINES not in each.path.parents))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """A file stays in one worker, and so does all that runs in several regions."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - absent without workers

    class OneByOne(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "regions" if config.rootpath / file in _REGIONS else file

    return OneByOne(config, log)
