"""Programs that a daemon calls, also where it stands in an image that is somebody else's.

There the environment names a folder of ours: `ld` is the loader, `lib` has the libraries and `bin`
the programs. What the image tells its loader (ld.so(8)) is kept for its own programs: none of it is
for ours. Elsewhere they are found on PATH.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

PLACE = "SEATRIAL_WITHIN"
LOADER = ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT")  # what ld.so is told by variables
KEPT = "SEATRIAL_KEPT_"  # before the name of each of these, as the image has it
Call = tuple[tuple[str, ...], str | None]  # the words, and the program that is called by the first


def called(name: str, env: Mapping[str, str] = os.environ) -> Call:
    """How a program is called: its first word is its name in either case, for who tells of it."""
    place = env.get(PLACE, "")
    if not place:
        return (name,), None
    return (name, "--library-path", f"{place}/lib", f"{place}/bin/{name}"), f"{place}/ld"


def kept(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the image's own programs are given back of what its loader is told."""
    return {each: told for each in LOADER if (told := env.get(f"{KEPT}{each}", ""))}
