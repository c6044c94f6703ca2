"""The Python of this very seatrial, as an image holds it: for our daemons, and for what needs one.

It lies where it finds its library again: below one prefix, as it is here.
"""

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from seatrial.runtimes.compose.images.tree import Entry, folder

_PREFIX = "usr/local"
_NAME = f"python{sys.version_info[0]}.{sys.version_info[1]}"
PROGRAM = PurePosixPath(f"/{_PREFIX}/bin/{_NAME}")
LIBRARY = f"{_PREFIX}/lib/{_NAME}"
_UNUSED = (
    "site-packages/",
    "dist-packages/",
    "test/",
    "idlelib/",
    "tkinter/",
    "turtledemo/",
    "ensurepip/",
    "lib2to3/",
    "pydoc_data/",
    "config-",
    "lib-dynload/_tkinter",
    "lib-dynload/_test",
    "EXTERNALLY-MANAGED",
)


def files() -> Iterator[tuple[str, Entry]]:
    """The interpreter under its usual names, and its library, which `compiling` completes."""
    yield f"{_PREFIX}/bin/{_NAME}", Entry(source=Path(sys.executable).resolve(), mode=0o755)
    for link in ("python", "python3"):
        yield f"{_PREFIX}/bin/{link}", Entry(link=_NAME)
    library = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix}))
    for path, entry in folder(library, LIBRARY, without=_UNUSED):
        if "__pycache__" not in path:
            yield path, entry


def compiling(*folders: str) -> tuple[str, ...]:
    """The command of an image that compiles its library and the modules in these folders of it.

    Once, while it is made: a container may not write, and would compile at each start.
    """
    return (
        *("python", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"),
        *(f"/{each}" for each in (f"{_PREFIX}/lib", *folders)),
    )
