"""`init --from`: what others wrote, brought into a seatrial.yaml that is new or was edited.

Reads the files, asks `system.importers` what they say, and plans one write. Nothing is written
before the user has seen the difference; a secret's value is in no step of it.
"""

import difflib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.app import registry, schema, taken
from seatrial.app.files import FOLDER, write_text
from seatrial.app.init import FILE, suggested
from seatrial.app.refused import Refused
from seatrial.system.importers.derive import Choices, Draft, derive
from seatrial.system.importers.merge import merge
from seatrial.system.importers.names import label
from seatrial.system.importers.recognise import beyond, recognise
from seatrial.system.importers.sketch import Entry, Fidelity, Sketch
from seatrial.system.importers.write import text as whole_text
from seatrial.system.load import load, loads
from seatrial.system.model import System
from seatrial.system.problem import Place, Problem, Severity
from seatrial.system.read import read_text

STATE = "imported.json"
_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_OVERRIDES = {
    "compose.yaml": ("compose.override.yaml", "compose.override.yml"),
    "compose.yml": ("compose.override.yml", "compose.override.yaml"),
    "docker-compose.yaml": ("docker-compose.override.yaml", "docker-compose.override.yml"),
    "docker-compose.yml": ("docker-compose.override.yml", "docker-compose.override.yaml"),
}
_ENDS = frozenset({".yaml", ".yml", ".json"})
_SKIPPED = frozenset({"node_modules", "vendor", "__pycache__"})
_MOST_FILES = 500
_MOST_TEXT = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What bringing the files in would do: nothing is written yet.

    `old` is the file's text as it stands, None where there is none. `base` is what the source said
    this time, to be kept for the next.
    """

    file: Path
    old: str | None
    new: str
    ledger: tuple[Entry, ...]
    draft: Draft
    source: str
    warnings: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the file would be another."""
        return self.old != self.new

    def diff(self) -> str:
        """The difference, as `diff -u` shows it."""
        lines = difflib.unified_diff(
            (self.old or "").splitlines(keepends=True),
            self.new.splitlines(keepends=True),
            f"{self.file} (now)",
            f"{self.file} (with {self.source})",
        )
        return "".join(lines)


def read(path: Path) -> Sketch:
    """What the files at a path say; those that took no part are in its ledger. Raises Refused."""
    sketch, passed = gathered(path)
    lost = (
        Entry(
            fidelity=Fidelity.DROPPED,
            subject="the file",
            place=each.place or Place(str(path), 1, 1),
            summary=each.summary,
            cure=each.cure,
        )
        for each in passed
    )
    return replace(sketch, ledger=(*sketch.ledger, *lost))


def gathered(path: Path) -> tuple[Sketch, tuple[Problem, ...]]:
    """What the files at a path say, and a warning for each that took no part. Raises Refused."""
    texts, unread = _texts(path)
    found = recognise(texts)
    if isinstance(found, tuple):
        raise Refused((*found, *unread))
    root = _root(path if path.is_dir() else path.parent)
    sketch = found.importer.read(found.texts, _finder(root))
    if isinstance(sketch, tuple):
        raise Refused(sketch)
    return sketch, (*found.passed, *unread)


def bring(sketch: Sketch, path: Path, folder: Path, choices: Choices) -> Brought:
    """Plan what the sketch makes of the file in that folder. Raises Refused.

    A file that is there must load; what the user wrote in it stays.
    """
    file = folder / FILE
    source = _way(folder, path)
    if not file.exists():
        draft = derive(sketch, _decided(choices, sketch, path, folder))
        new = whole_text(draft.document, draft.remarks)
        return _judged(
            Brought(file=file, old=None, new=new, ledger=draft.ledger, draft=draft, source=source)
        )
    old = read_text(file, str(file))
    if isinstance(old, Problem):
        raise Refused((old,))
    loaded = load(file, sections=registry.sections())
    if loaded.system is None:
        raise Refused(loaded.problems)
    names = _names_of(loaded.system)
    draft = derive(
        sketch, _decided(choices, sketch, path, folder), known=tuple(loaded.system.services)
    )
    base = _state(folder).get(source)
    merged = merge(old, str(file), draft, base, elsewhere=names)
    ledger = tuple(dict.fromkeys((*draft.ledger, *merged.ledger)))
    return _judged(
        Brought(file=file, old=old, new=merged.text, ledger=ledger, draft=draft, source=source)
    )


def write(brought: Brought) -> None:
    """Write the file, its schema, and what the source said. Raises OSError."""
    folder = brought.file.parent
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / FOLDER / ".gitignore", "*\n")
    write_text(folder / FOLDER / schema.PATH, schema.text())
    state = {**_state(folder), brought.source: brought.draft.document}
    write_text(folder / FOLDER / STATE, json.dumps(state, indent=1) + "\n")
    if brought.changed:
        write_text(brought.file, brought.new)


def _judged(brought: Brought) -> Brought:
    """With the warnings of the new text; that it does not load would be our own fault, and told."""
    loaded = loads(brought.new, str(brought.file), registry.sections())
    errors = [each for each in loaded.problems if each.severity is Severity.ERROR]
    if brought.old is None and errors:
        raise Refused(tuple(errors))
    warnings = (each for each in loaded.problems if each.severity is not Severity.ERROR)
    return replace(brought, warnings=tuple(warnings))


def _decided(choices: Choices, sketch: Sketch, path: Path, folder: Path) -> Choices:
    """With the name of the source's folder where it has none, and the way from here to there."""
    home = path if path.is_dir() else path.parent
    name = choices.name or sketch.name or suggested(home)
    beside = _way(folder, Path(sketch.files[0])) if sketch.source == "compose" else None
    return replace(
        choices,
        name=label(name, "system"),
        there=_way(folder, home),
        beside=beside,
        reserved=taken.always(),
    )


def _way(folder: Path, path: Path) -> str:
    """The way from a folder to a path, the same however the user has written both."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _names_of(system: System) -> tuple[str, ...]:
    return (*system.services, *system.stores, *system.externals)


def _state(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / FOLDER / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: each for key, each in found.items() if isinstance(each, dict)}


def _texts(path: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The texts at a path: the file with its override, or what a folder has. Raises Refused.

    With a warning for each file of a folder that was not read.
    """
    if not path.is_dir():
        return _with_overrides(path), ()
    for name in _NAMES:
        if (path / name).is_file():
            return _with_overrides(path / name), ()
    found: dict[str, str] = {}
    unread: list[Problem] = []
    room = _MOST_TEXT
    for number, each in enumerate(_files(path)):
        if number == _MOST_FILES:
            unread.append(
                beyond(str(each), f"is {_MOST_FILES} files: this and what follows took no part")
            )
            break
        text = read_text(each, str(each))
        if isinstance(text, Problem):
            unread.append(replace(text, severity=Severity.WARNING))
        elif len(text) > room:
            unread.append(beyond(str(each), f"is {_MOST_TEXT >> 20} MiB: this file took no part"))
        else:
            found[str(each)] = text
            room -= len(text)
    if not found:
        raise Refused(
            (
                *(replace(each, severity=Severity.ERROR) for each in unread),
                Problem(
                    "ST1701",
                    Place(str(path), 1, 1),
                    "the folder has no YAML or JSON file",
                    "name the file or folder that describes the containers",
                ),
            )
        )
    return found, tuple(unread)


def _files(path: Path) -> Iterator[Path]:
    """YAML and JSON files below a folder, in a fixed order, hidden and installed ones left out."""
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(
            each for each in folders if not each.startswith(".") and each not in _SKIPPED
        )
        for name in sorted(names):
            each = Path(folder, name)
            wanted = each.suffix in _ENDS and not name.startswith(".") and name != FILE
            if wanted and each.is_file():
                yield each


def _with_overrides(path: Path) -> dict[str, str]:
    text = read_text(path, str(path))
    if isinstance(text, Problem):
        raise Refused((text,))
    found = {str(path): text}
    for name in _OVERRIDES.get(path.name, ()):
        beside = path.with_name(name)
        if beside.is_file():
            more = read_text(beside, str(beside))
            if isinstance(more, Problem):
                raise Refused((more,))
            found[str(beside)] = more
            break
    return found


def _root(folder: Path) -> Path:
    """What a file may refer to: the checkout that it is in, else its own folder."""
    real = folder.resolve()
    return next((each for each in (real, *real.parents) if (each / ".git").exists()), real)


def _finder(root: Path) -> Callable[[str], str | None]:
    def find(path: str) -> str | None:
        try:
            real = Path(path).resolve()
            inside = real.is_relative_to(root) and real.is_file()
        except (OSError, RuntimeError, ValueError):  # a loop of links; a NUL
            return None
        text = read_text(real, path) if inside else None
        return text if isinstance(text, str) else None

    return find
