"""Looks for an engine's programs on this machine, outside the cache."""

import os
from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path

from seatrial.contract.engine import Engine

_ALSO = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin")


def candidates(engine: Engine, path: str, also: Sequence[str] = _ALSO) -> Iterator[dict[str, Path]]:
    """Each complete set of the engine's programs: PATH first, then the usual folders.

    The other programs are taken from beside the main one (links followed), so that a set is of
    one version; else from where the main one was found.
    """
    seen: set[Path] = set()
    for folder in _folders(engine, path, also):
        main = _named(engine, engine.main, (folder,))
        if main is None or main.resolve() in seen:
            continue
        seen.add(main.resolve())
        near = (main.resolve().parent, folder)
        programs = {name: _named(engine, name, near) for name in engine.programs}
        complete = {name: place for name, place in programs.items() if place is not None}
        if len(complete) == len(programs):
            yield complete


def _folders(engine: Engine, path: str, also: Sequence[str]) -> Iterator[Path]:
    for part in path.split(os.pathsep):
        if part.startswith("/"):  # a relative part would depend on the folder we are called in
            yield Path(part)
    for pattern in engine.folders:
        yield from (Path(found) for found in sorted(glob(pattern), reverse=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    yield from map(Path, also)


def _named(engine: Engine, program: str, folders: Sequence[Path]) -> Path | None:
    for folder in folders:
        for name in (program, *engine.aliases.get(program, ())):
            place = folder / name
            # a folder on PATH that this user may not enter is passed over, as a shell does
            if os.path.isfile(place) and os.access(place, os.X_OK):  # noqa: PTH113 - Path raises
                return place
    return None
