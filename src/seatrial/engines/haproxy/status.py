"""What a proxy tells of the primary that it leads to.

Columns: https://docs.haproxy.org/2.6/management.html#9.1.
"""

import csv

from seatrial.engines.haproxy.config import PRIMARY

_ALL, _UP = "BACKEND", "UP"


def gone(body: bytes) -> float | None:
    """For how many seconds there has been no primary, from the answer of STATS; None: there is one.

    Of a proxy that was started since, it is since then. Raises ValueError for another answer.
    """
    lines = body.decode(errors="replace").removeprefix("# ").splitlines()
    for each in csv.DictReader(lines):
        if each.get("pxname") == PRIMARY and each.get("svname") == _ALL:
            return None if each["status"] == _UP else float(each["lastchg"])
    raise ValueError(f"no listener {PRIMARY} is told of")
