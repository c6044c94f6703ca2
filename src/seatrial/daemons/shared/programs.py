"""Programs that a daemon calls, also where it stands in an image that is somebody else's.

There the environment names a folder of ours: `ld` is the loader, `lib` has the libraries and `bin`
the programs. Elsewhere they are found on PATH.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

PLACE = "SEATRIAL_WITHIN"
Call = tuple[tuple[str, ...], str | None]  # the words, and the program that is called by the first


def called(name: str, env: Mapping[str, str] = os.environ) -> Call:
    """How a program is called: its first word is its name in either case, for who tells of it."""
    place = env.get(PLACE, "")
    if not place:
        return (name,), None
    return (name, "--library-path", f"{place}/lib", f"{place}/bin/{name}"), f"{place}/ld"
