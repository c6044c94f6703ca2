"""Finds an installed engine without installing anything."""

import os
import threading
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
    kept = [
        found
        for found in caches.records(caches.open_cache(cache), engine.name)
        if set(engine.programs) <= set(found.programs) and new_enough(found.version, engine.minimum)
    ]
    if kept:
        return max(kept, key=lambda each: (each.source == PATH, order(each.version)))
    key = (engine.name, os.environ.get("PATH", ""))
    with _GUARD:
        if key not in _PROBED:
            try:
                _PROBED[key] = on_path(engine, Commands())
            except Unavailable:
                _PROBED[key] = None
        return _PROBED[key]


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
