"""What the tests of every importer share; run by its path, as tests are folders, not packages.

`check(folder, name, sketch)` compares what comes of a file (or of a folder of files) with what is
kept beside it under `expected/`; SEATRIAL_UPDATE_GOLDEN=1 writes it anew.
"""

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from seatrial.system.importers.documents import read_documents
from seatrial.system.importers.sketch import Fidelity, Sketch
from seatrial.system.problem import CODES, Place, Problem
from seatrial.system.tree import Node

Result = Sketch | tuple[Problem, ...]
Read = Callable[[Mapping[str, str]], Result]
ROOT = Path(__file__).parents[3] / "golden/importers"


def cases(importer: str) -> list[str]:
    """The names of the goldens: files, and folders of files."""
    return sorted(path.name for path in (ROOT / importer).iterdir() if path.name != "expected")


def texts(importer: str, name: str) -> dict[str, str]:
    """The files of a golden by the names that a user standing in its folder gives them."""
    top = ROOT / importer
    path = top / name
    found = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    return {each.relative_to(top).as_posix(): each.read_text(encoding="utf-8") for each in found}


def check(importer: str, name: str, read: Read) -> Result:
    """Read it, compare with what is expected, and see that nothing is lost silently."""
    files = texts(importer, name)
    result = read(files)
    told = render(result)
    expected = ROOT / importer / "expected" / f"{name}.txt"
    if os.environ.get("SEATRIAL_UPDATE_GOLDEN") == "1":
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(told, encoding="utf-8")
    sound(result)
    assert "hunter2" not in told
    assert "hunter2" not in repr(result)
    if isinstance(result, Sketch):
        assert uncovered(files, result) == []
    assert told == expected.read_text(encoding="utf-8")
    return result


def sound(result: Result) -> None:
    """Problems have a known code and a place; lines of the report a place, a sentence, a cure."""
    if isinstance(result, tuple):
        assert result
        for problem in result:
            assert problem.code in CODES
            assert len(str(problem).splitlines()) == 1
            assert problem.place is not None
        return
    assert result.files
    for entry in result.ledger:
        assert entry.place.line >= 1
        assert entry.place.column >= 1
        assert entry.subject
        assert entry.summary
        assert bool(entry.cure) == (entry.fidelity is not Fidelity.IMPORTED), entry
    names = [each.name for each in (*result.containers, *result.externals)]
    assert len(names) == len(set(names))
    for container in result.containers:
        assert set(container.needs) <= set(names) - {container.name}
        if container.checks or container.ports:
            facts = [f"ports.{index}" for index in range(len(container.ports))]
            assert set(facts) <= set(container.places)


def render(result: Result) -> str:
    """A sketch and its report, or the problems, for a reader."""
    if isinstance(result, tuple):
        return "".join(f"{problem.severity}: {problem}\n" for problem in result)
    sketch = _plain(dataclasses.replace(result, ledger=()))
    text = yaml.safe_dump(sketch, sort_keys=False, width=100, allow_unicode=True)
    lines = []
    for entry in result.ledger:
        cure = f"; {entry.cure}" if entry.cure else ""
        lines.append(f"{entry.place} {entry.fidelity} {entry.subject}: {entry.summary}{cure}\n")
    return f"{text}---\n{''.join(lines)}"


def _plain(value: Any) -> Any:
    if isinstance(value, Place):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        shown = {}
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            default = field.default
            if field.default_factory is not dataclasses.MISSING:
                default = field.default_factory()
            if held != default:
                shown[field.name] = _plain(held)
        return shown
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    return value


def uncovered(files: Mapping[str, str], sketch: Sketch) -> list[str]:
    """Every written leaf that no line of the report speaks of, nor of anything above it."""
    spoken: dict[Place, set[str]] = {}
    for entry in sketch.ledger:
        spoken.setdefault(entry.place, set()).add(entry.subject)
    missing = []
    for name, text in files.items():
        for root in read_documents(text, name).roots:
            for path, places in _leaves(root):
                if not any(_speaks(spoken.get(place, ()), step) for place, step in places):
                    missing.append(f"{places[-1][0]} {'.'.join(path)}")
    return missing


def _speaks(subjects: Any, step: str) -> bool:
    """Whether a line is about just that value: a first key stands where its mapping begins."""
    return any(
        subject == step
        or subject.endswith((f".{step}", f'["{step}"]'))
        or (step.startswith("/") and _is_object(subject, step))
        for subject in subjects
    )


def _is_object(subject: str, step: str) -> bool:
    kind, _, name = step[1:].partition(" ")
    return subject == "the file" or (
        subject.startswith(f"{kind}/") and subject.endswith(name or kind.lower())
    )


def _leaves(root: Node) -> Iterator[tuple[tuple[str, ...], list[tuple[Place, str]]]]:
    waiting: list[tuple[Node, tuple[str, ...], list[tuple[Place, str]]]] = [
        (root, (), [(root.place, _object(root))])
    ]
    while waiting:
        node, path, places = waiting.pop()
        below = [(key, node.key_place(key), each) for key, each in (node.entries or {}).items()]
        below += [(str(at), each.place, each) for at, each in enumerate(node.items or ())]
        if not below:
            yield path, places
        for step, place, each in below:
            further = [*places, (place, step)]
            if each.child("kind") is not None:
                further.append((each.place, _object(each)))
            waiting.append((each, (*path, step), further))


def _object(node: Node) -> str:
    """`/Kind name` for an object of Kubernetes, `/` for anything else."""
    kind, metadata = node.child("kind"), node.child("metadata")
    name = None if metadata is None else metadata.child("name")
    return f"/{'' if kind is None else kind.value} {'' if name is None else name.value}"
