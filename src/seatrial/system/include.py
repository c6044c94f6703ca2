"""`include`: the files that make up one system, joined into one tree with their own places."""

import posixpath
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.system.fault import shown
from seatrial.system.parse import MAX_VALUES, parse
from seatrial.system.problem import Place, Problem
from seatrial.system.read import MAX_BYTES, read_text
from seatrial.system.tree import Node

MAX_FILES = 64
# Named things may be split over files, name by name; every other key stands whole in one of them.
_NAMED = frozenset(
    {
        "people",
        "teams",
        "regions",
        "services",
        "stores",
        "externals",
        "metrics",
        "journeys",
        "slos",
        "environments",
    }
)


@dataclass(slots=True)
class Joined:
    """The joined tree so far, with what was read and what was wrong; filled by `join`."""

    root: Node
    files: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    bytes_left: int = MAX_BYTES
    values_left: int = MAX_VALUES


def read_files(path: Path) -> Joined:
    """Read the main file and all that it includes.

    Nothing is raised: what cannot be read is among the problems. Files are read in the order of
    their mention, at most 64, together at most 1 MiB and 50,000 values.
    """
    name = str(path)
    joined = Joined(Node(file=name, line=1, column=1))
    try:
        home = path.parent.resolve()
        joined.seen.add(path.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).lower()
        joined.problems.append(
            Problem("ST1003", Place(name, 1, 1), f"the file cannot be read: {reason}", "correct it")
        )
        return joined
    root = _read(path, name, joined, Place(name, 1, 1), main=True)
    if root is not None:
        joined.root = root
        if root.entries is not None:
            _follow(root, path, home, joined)
    return joined


def _read(path: Path, name: str, joined: Joined, at: Place, *, main: bool) -> Node | None:
    joined.files.append(path)
    text = read_text(path, name, most=joined.bytes_left)
    if isinstance(text, Problem):
        if not main and text.code == "ST1001":
            # The place of the mention helps more than the place of a file that is not there.
            text = Problem(
                "ST1001", at, f"the included file {shown(name)} does not exist", "check the path"
            )
        joined.problems.append(text)
        return None
    joined.bytes_left -= len(text.encode())
    root, problems = parse(text, name)
    joined.problems.extend(problems)
    if root is None:
        return None
    joined.values_left -= root.size
    if joined.values_left < 0:
        joined.problems.append(
            Problem(
                "ST1113",
                at,
                f"the files have together more than {MAX_VALUES:,} values",
                "keep one file for each system",
            )
        )
        return None
    return root


def _follow(main: Node, path: Path, home: Path, joined: Joined) -> None:
    """Include depth first without recursion, since a chain of includes is as long as one likes."""
    waiting = _mentions(main, path, joined)[::-1]
    while waiting:
        included, at = waiting.pop()
        target = _target(included, home, at, joined)
        if target is None:
            continue
        node = _read(target, str(target), joined, at, main=False)
        if node is None:
            continue
        if node.entries is None:
            joined.problems.append(
                Problem(
                    "ST1112",
                    node.place,
                    "the top of the file is not a mapping",
                    "write keys such as services",
                )
            )
            continue
        waiting += _mentions(node, target, joined)[::-1]
        _merge(main, node, joined)


def _mentions(node: Node, path: Path, joined: Joined) -> list[tuple[Path, Place]]:
    """The paths under `include`, each relative to the file that mentions it."""
    entry = (node.entries or {}).get("include")
    if entry is None:
        return []
    if entry.items is None:
        joined.problems.append(
            Problem("ST1601", entry.place, "include is not a list", "write include: [oncall.yaml]")
        )
        return []
    found = []
    for item in entry.items:
        written = item.value
        if not isinstance(written, str) or not written.strip() or "\x00" in written:
            joined.problems.append(
                Problem(
                    "ST1601", item.place, "include has an item that is no path", "write a file name"
                )
            )
        elif posixpath.isabs(written):
            joined.problems.append(
                Problem(
                    "ST1601",
                    item.place,
                    f"include names the absolute path {shown(written)}",
                    "name the file relative to this one",
                )
            )
        else:
            found.append((path.parent / posixpath.normpath(written), item.place))
    return found


def _target(path: Path, home: Path, at: Place, joined: Joined) -> Path | None:
    """The path, unless it leaves the folder, was read before, or is one too many."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):
        real = path.absolute()
    problem = None
    if not real.is_relative_to(home):
        # Compared after links are followed: a link must not lead out of the folder either.
        problem = Problem(
            "ST1601",
            at,
            f"include leaves the folder of the main file with {shown(path.name)}",
            "move the file into the folder",
        )
    elif real in joined.seen:
        problem = Problem(
            "ST1602", at, f"the file {shown(str(path))} is included twice", "include it once"
        )
    elif len(joined.seen) >= MAX_FILES:
        problem = Problem(
            "ST1604", at, f"more than {MAX_FILES} files are included", "join some of them"
        )
    if problem is not None:
        joined.problems.append(problem)
        return None
    joined.seen.add(real)
    return path


def _merge(main: Node, other: Node, joined: Joined, section: str | None = None) -> None:
    """Move the keys of one mapping into the other; a key that both have is a problem."""
    if main.entries is None or main.keys is None or other.entries is None or other.keys is None:
        return
    for key, node in other.entries.items():
        if section is None and key == "include":
            continue
        mine = main.entries.get(key)
        if mine is None:
            main.entries[key] = node
            main.keys[key] = other.keys[key]
        elif (
            section is None
            and key in _NAMED
            and mine.entries is not None
            and node.entries is not None
        ):
            # A copy, because an alias may have put the same mapping under another key too.
            main.entries[key] = mine.copy()
            _merge(main.entries[key], node, joined, key)
        else:
            dotted = key if section is None else f"{section}.{key}"
            joined.problems.append(
                Problem(
                    "ST1603",
                    other.key_place(key),
                    f"{dotted} is already written at {main.key_place(key)}",
                    "keep one of them",
                )
            )
