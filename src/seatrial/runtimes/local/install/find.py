"""Finds an installed engine without installing anything."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from seatrial.contract.engine import Engine
from seatrial.runtimes.local.install import cache as caches
from seatrial.runtimes.local.install import check, record, search
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable
from seatrial.runtimes.local.install.version import new_enough, order

_PROBED: dict[tuple[str, str], record.Installed | None] = {}
_GUARD = threading.Lock()
PATH = "path"


def find(engine: Engine, cache: Path | None = None) -> record.Installed | None:
    """The engine as it is installed, or None. Writes nothing.

    The cache's records first: one of a program on PATH before the others, then the newest. They
    are believed while the files have the size and time that were recorded. Else PATH is searched,
    once a process.
    """
    kept = best(caches.records(caches.open_cache(cache), engine.name), engine)
    if kept is not None:
        return kept
    key = (engine.name, os.environ.get("PATH", ""))
    with _GUARD:
        if key not in _PROBED:
            _PROBED[key] = _probed(engine)
        return _PROBED[key]


def find_whole(engine: Engine, cache: Path | None = None) -> record.Installed | None:
    """The engine as it lies in the cache with all that it needs, or None."""
    kept = caches.records(caches.open_cache(cache), engine.name)
    return best((each for each in kept if each.source != PATH), engine)


def _probed(engine: Engine) -> record.Installed | None:
    try:
        found = on_path(engine, Commands())
    except Unavailable:
        return None
    # Under another name it can only be called through the link that installing it makes.
    named = all(path.name == name for name, path in found.programs.items())
    return found if named else None


def best(records: Iterable[record.Installed], engine: Engine) -> record.Installed | None:
    """The one to use: complete, new enough, the user's own before ours, then the newest."""
    usable = [
        each
        for each in records
        if set(engine.programs) <= set(each.programs) and new_enough(each.version, engine.minimum)
    ]
    return max(usable, key=lambda each: (each.source == PATH, order(each.version)), default=None)


def on_path(engine: Engine, commands: Commands) -> record.Installed:
    """The engine from PATH or the usual folders, asked for its version. Raises Unavailable."""
    reasons = []
    for programs in search.candidates(engine, os.environ.get("PATH", "")):
        main = programs[engine.main]
        try:
            version = check.version_of(engine, programs, {}, commands)
            stamps = {name: record.stamp(path) for name, path in programs.items()}
        except Unavailable as reason:
            reasons.append(f"{main}: {reason}")
            continue
        except OSError as error:
            reasons.append(f"{main}: {error.strerror}")
            continue
        return record.Installed(
            name=engine.name,
            version=version,
            source=PATH,
            programs=programs,
            env={},
            home=main.parent,
            stamps=stamps,
        )
    raise Unavailable("; ".join(reasons) or f"no {', '.join(engine.programs)} on PATH")
