"""The local runtime: processes held by supervisord, each on a loopback address of its own.

No container engine is needed. As root each replica also has its own uid and its limits; without
root it is the caller's, and what needs more is reported as an ability that is missing.
"""

from seatrial.runtimes.local.runtime import LocalRuntime

__all__ = ["LocalRuntime"]
