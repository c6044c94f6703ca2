"""Finds engines on this machine and installs those that are missing into a cache.

Everything that acquiring needs is here: downloads, package tools, compilers. What an engine is and
where it may come from is the engines' own data; how it is configured, started for good or stopped
is not done here. Nothing outside the cache is ever written.
"""

from seatrial.runtimes.local.install.cache import open_cache, sweep
from seatrial.runtimes.local.install.find import find, find_whole
from seatrial.runtimes.local.install.outcome import NotInstalled, Outcome, Reason
from seatrial.runtimes.local.install.own import home_of
from seatrial.runtimes.local.install.progress import Progress
from seatrial.runtimes.local.install.record import Installed, verify
from seatrial.runtimes.local.install.run import install

__all__ = [
    "Installed",
    "NotInstalled",
    "Outcome",
    "Progress",
    "Reason",
    "find",
    "find_whole",
    "home_of",
    "install",
    "open_cache",
    "sweep",
    "verify",
]
