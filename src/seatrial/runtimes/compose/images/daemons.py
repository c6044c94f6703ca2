"""The one image of our own daemons: this seatrial's, with the Python that runs it.

Made of the files of this very installation, so that it needs no network and no base: the
interpreter, its library, the packages that the daemons import (from their own metadata), and what
all of these load.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, version
from pathlib import Path, PurePath

from packaging.requirements import Requirement

import seatrial
from seatrial.runtimes.compose.images import closure, interpreter
from seatrial.runtimes.compose.images.content import Content
from seatrial.runtimes.compose.images.essentials import essentials
from seatrial.runtimes.compose.images.tree import Entry, entry_of, folder
from seatrial.runtimes.compose.images.within import PACKAGES
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.shared.wanted import DAEMONS

_PACKAGE = Path(seatrial.__file__).parent


def content(commands: Commands) -> Content:
    """What the image holds. Raises RuntimeFailure."""
    files = dict(interpreter.files())
    files.update(_seatrial())
    for name in distributions(_PACKAGE / "daemons"):
        files.update(_distribution(Distribution.from_name(name)))
    loaded = closure.needed(closure.elves(files), Path("/nowhere"), {}, commands)
    told = version("seatrial")
    return Content(
        name=DAEMONS,
        version=told,
        why=f"the daemons of seatrial {told} on Python {sys.version_info[0]}.{sys.version_info[1]}",
        files={**dict(essentials()), **loaded, **files},
        env={
            "PYTHONPATH": f"/{PACKAGES}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        },
        run=interpreter.compiling(PACKAGES),
        starts=True,
    )


def distributions(package: Path) -> tuple[str, ...]:
    """Those that seatrial depends on, that modules below a folder import, with their own needs."""
    imported = _imports(package)
    found: dict[str, None] = {}
    for name in _needs("seatrial"):
        if imported & _top_level(Distribution.from_name(name)):
            _with_needs(name, found)
    return tuple(found)


def _top_level(one: Distribution) -> set[str]:
    return {file.parts[0].removesuffix(".py") for file in one.files or () if file.suffix == ".py"}


def _imports(package: Path) -> set[str]:
    found = set()
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def _needs(name: str) -> tuple[str, ...]:
    """What a distribution requires here, as far as it is installed."""
    found = []
    for line in Distribution.from_name(name).requires or ():
        each = Requirement(line)
        if each.marker is None or each.marker.evaluate({"extra": ""}):
            with suppress(PackageNotFoundError):
                found.append(Distribution.from_name(each.name).name)
    return tuple(found)


def _with_needs(name: str, found: dict[str, None]) -> None:
    if name not in found:
        found[name] = None
        for each in _needs(name):
            _with_needs(each, found)


def _distribution(one: Distribution) -> Iterator[tuple[str, Entry]]:
    for file in one.files or ():
        path = Path(str(one.locate_file(file)))
        if _wanted(file) and path.is_file() and (entry := entry_of(path)) is not None:
            yield f"{PACKAGES}/{file.as_posix()}", entry


def _wanted(file: PurePath) -> bool:
    return not file.as_posix().startswith("../") and "__pycache__" not in file.parts


def _seatrial() -> Iterator[tuple[str, Entry]]:
    place, told = f"{PACKAGES}/seatrial", version("seatrial")
    # by which a daemon knows its own version
    about = f"Metadata-Version: 2.1\nName: seatrial\nVersion: {told}\n"
    yield f"{place}-{told}.dist-info/METADATA", Entry(text=about)
    yield f"{place}/__init__.py", Entry(source=_PACKAGE / "__init__.py")
    for path, entry in folder(_PACKAGE / "daemons", f"{place}/daemons"):
        if "__pycache__" not in path:
            yield path, entry
