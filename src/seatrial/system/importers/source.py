"""From the texts of files to their documents, with a line for what their YAML lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.system.importers.documents import read_documents
from seatrial.system.importers.sketch import Entry, Fidelity
from seatrial.system.problem import Place, Problem
from seatrial.system.tree import Node

MAX_VALUES = 150_000
MAX_TEXT = 8 << 20
MAX_DOCUMENTS = 10_000
# JSON writes what lies outside of the basic plane as two escapes, which YAML does not know.
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The documents of the files in order, and a line for what their YAML lost."""

    documents: tuple[Node, ...]
    entries: tuple[Entry, ...]


def read(files: Mapping[str, str]) -> Source | tuple[Problem, ...]:
    """Read every file; a text that breaks YAML's grammar or a bound gives its problem instead."""
    roots: list[Node] = []
    entries: list[Entry] = []
    fatal: list[Problem] = []
    size = values = 0
    for name, text in files.items():
        size += len(text)
        if size > MAX_TEXT or values > MAX_VALUES or len(roots) > MAX_DOCUMENTS:
            return (*fatal, _too_much(name))
        found = read_documents(_without_pairs(text), name)
        if found.broken:
            fatal.append(found.problems[-1])
            continue
        entries += [lost(problem) for problem in found.problems]
        values += sum(root.size for root in found.roots)
        roots += found.roots
    if not fatal and (values > MAX_VALUES or len(roots) > MAX_DOCUMENTS):
        return (_too_much(tuple(files)[-1]),)
    return tuple(fatal) or Source(documents=tuple(roots), entries=tuple(entries))


def _too_much(name: str) -> Problem:
    return Problem(
        "ST1004",
        Place(name, 1, 1),
        f"the files up to this one are larger than {MAX_TEXT >> 20} MiB "
        f"or have more than {MAX_VALUES:,} values or {MAX_DOCUMENTS:,} documents",
        "name only the files of one system",
    )


def _without_pairs(text: str) -> str:
    if not text.lstrip().startswith(("{", "[")):
        return text
    return _PAIR.sub(lambda match: match[1] + _joined(match[2], match[3]), text)


def _joined(high: str, low: str) -> str:
    return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))


def lost(problem: Problem) -> Entry:
    """What the grammar of a file's YAML lost, as a line of the loss report."""
    return Entry(
        fidelity=Fidelity.DROPPED,
        subject="the YAML",
        place=problem.place or Place("", 1, 1),
        summary=problem.summary,
        cure=problem.cure,
        code=problem.code,
    )
