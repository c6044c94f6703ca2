"""From `seatrial.yaml` to a system: read, bound, resolve, judge, and tell all that is wrong."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from seatrial.system.fault import shown
from seatrial.system.fields import fields_of
from seatrial.system.include import read_files
from seatrial.system.model import System
from seatrial.system.ownership import check_ownership
from seatrial.system.parse import MAX_PROBLEMS, parse
from seatrial.system.placeholders import check_placeholders
from seatrial.system.places import Places
from seatrial.system.plain import TEXTS, plain
from seatrial.system.problem import Place, Problem, Severity
from seatrial.system.references import check_references
from seatrial.system.secrecy import check_secrets
from seatrial.system.suggest import Suggester
from seatrial.system.translate import is_echo, translate, unknown_key
from seatrial.system.tree import Node, find

FORMAT = 1
# Keys of the file itself, which are no part of the system.
FILE_KEYS = ("seatrial", "include")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a file: the system unless an error was found, and every problem by place.

    `files` are those that were read or tried, the main file first.
    """

    system: System | None
    problems: tuple[Problem, ...]
    files: tuple[Path, ...] = ()


def load(path: Path, sections: Collection[str] = (), *, today: dt.date | None = None) -> Loaded:
    """Load a system's file and what it includes.

    `sections` are the top-level keys that capabilities own; they are kept raw. `today` is the day
    against which exceptions expire; without it none is called expired. Nothing that stands on a
    disk makes it raise.
    """
    joined = read_files(path)
    order = {str(file): index for index, file in enumerate(joined.files)}
    if joined.root.entries is None and joined.problems:
        return Loaded(
            system=None, problems=_sorted(joined.problems, order), files=tuple(joined.files)
        )
    system, problems = _judge(joined.root, sections, today)
    problems = [*joined.problems, *problems]
    if any(problem.severity is Severity.ERROR for problem in problems):
        system = None
    return Loaded(system=system, problems=_sorted(problems, order), files=tuple(joined.files))


def loads(
    text: str,
    file: str = "seatrial.yaml",
    sections: Collection[str] = (),
    *,
    today: dt.date | None = None,
) -> Loaded:
    """Load a system from a text, which cannot include files; otherwise as `load`."""
    root, found = parse(text, file)
    problems = list(found)
    system = None
    if root is not None:
        system, judged = _judge(root, sections, today)
        problems += judged
        include = root.child("include")
        if include is not None:
            problems.append(
                Problem("ST1601", include.place, "a text cannot include files", "load the file")
            )
    if any(problem.severity is Severity.ERROR for problem in problems):
        system = None
    return Loaded(system=system, problems=_sorted(problems, {file: 0}))


def _sorted(problems: list[Problem], order: dict[str, int]) -> tuple[Problem, ...]:
    """By file in the order of reading, line and column; only the first of very many."""

    def key(problem: Problem) -> tuple[int, Place, str, str]:
        place = problem.place or Place("", 0, 0)
        return order.get(place.file, len(order)), place, problem.code, problem.summary

    ordered = sorted(dict.fromkeys(problems), key=key)
    if len(ordered) <= MAX_PROBLEMS:
        return tuple(ordered)
    last = ordered[MAX_PROBLEMS - 1].place
    more = Problem(
        "ST1901", last, "further problems are not shown", "mend these first", Severity.NOTE
    )
    return (*ordered[:MAX_PROBLEMS], more)


def _judge(
    root: Node, sections: Collection[str], today: dt.date | None
) -> tuple[System | None, list[Problem]]:
    if root.entries is None:
        return None, [
            Problem(
                "ST1112",
                root.place,
                "the top of the file is not a mapping",
                "begin it with seatrial: 1",
            )
        ]
    version = tuple(_version(root))
    if _is_newer(root.child("seatrial")):
        return None, list(version)  # this one's keys say nothing about that file
    places = Places(root)
    suggester = Suggester()
    checks = (
        iter(version),
        _top_keys(root, sections, places, suggester),
        check_references(root, suggester),
        check_placeholders(root, suggester),
        check_secrets(root),
        check_ownership(root),
        _expired(root, today),
    )
    system, problems = _system(root, sections, places, suggester)
    for check in checks:
        problems += islice(check, MAX_PROBLEMS + 1)
    return system, problems


def _version(root: Node) -> Iterator[Problem]:
    node = root.child("seatrial")
    if node is None:
        yield Problem(
            "ST1201",
            root.place,
            "the file does not say its format's version",
            f"begin it with seatrial: {FORMAT}",
        )
    elif node.value != FORMAT or isinstance(node.value, bool | float):
        written = shown(node.value) if node.entries is None and node.items is None else "no number"
        yield Problem(
            "ST1202",
            node.place,
            f"the format's version is {written}, and this seatrial reads version {FORMAT}",
            "use a newer seatrial" if _is_newer(node) else f"write seatrial: {FORMAT}",
        )


def _is_newer(version: Node | None) -> bool:
    return version is not None and isinstance(version.value, int) and version.value > FORMAT


def _top_keys(
    root: Node, sections: Collection[str], places: Places, suggester: Suggester
) -> Iterator[Problem]:
    more = (*FILE_KEYS, *sections)
    known = {*fields_of(System), *more}
    for key in root.entries or ():
        if key not in known:
            yield unknown_key((key,), places, suggester, more)


def _system(
    root: Node, sections: Collection[str], places: Places, suggester: Suggester
) -> tuple[System | None, list[Problem]]:
    written = plain(root, TEXTS)
    keys = fields_of(System)
    values = {key: value for key, value in written.items() if key in keys}
    values["sections"] = {
        key: value for key, value in written.items() if key in sections and key not in keys
    }
    try:
        return System.model_validate(values).placed(places), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        told = (detail for detail in details if not is_echo(detail))
        first = islice(told, MAX_PROBLEMS + 1)
        return None, [translate(detail, places, suggester) for detail in first]


def _expired(root: Node, today: dt.date | None) -> Iterator[Problem]:
    if today is None:
        return
    for path, node in find(root, "exceptions.*.until"):
        try:
            until = dt.date.fromisoformat(node.value) if isinstance(node.value, str) else None
        except ValueError:
            continue  # the model has refused it
        if until is not None and until < today:
            yield Problem(
                "ST1502",
                node.place,
                f"exceptions.{path[1]} ended on {until}",
                "fix what it excepts, or agree on a new date",
                Severity.WARNING,
            )
