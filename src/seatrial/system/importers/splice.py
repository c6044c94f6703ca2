"""Additions to a YAML text that leave every other byte where it is: comments, order, alignment.

Not by a round trip: ruamel.yaml keeps comments, but sets quotes, widths and aligned columns anew,
so that one new service would change lines all over the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from seatrial.system.importers.write import flow, lines, scalar

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: `value` put under `path`, added to the list there, or put in a value's place."""

    path: Path
    value: Any
    kind: str = "key"  # key, item, value


@dataclass(frozen=True, slots=True)
class _Edit:
    """A text for what stands from `at` to `until`; with `braces`, an item among others there.

    `braces` are what is put before and behind the items that come to the same place.
    """

    at: int
    until: int
    depth: int
    text: str
    braces: tuple[str, str] | None = None


def spliced(text: str, changes: list[Change]) -> tuple[str, tuple[Change, ...]]:
    """The text with the changes, and those for which there is no place (an alias, no mapping)."""
    loader: type = getattr(yaml, "CLoader", yaml.Loader)
    root = yaml.compose(text, Loader=loader)
    edits: list[_Edit] = []
    left: list[Change] = []
    sections: dict[str, dict[str, Any]] = {}
    for change in changes:
        holder = _at(root, change.path if change.kind == "item" else change.path[:-1])
        if holder is None and len(change.path) == 2:  # noqa: PLR2004 - a name in a section that is not there
            sections.setdefault(change.path[0], {})[change.path[1]] = change.value
            continue
        edit = None if holder is None else _edit(text, change, *holder)
        if edit is None:
            left.append(change)
        else:
            edits.append(edit)
    newline = "\r\n" if "\r\n" in text else "\n"
    for edit in _ordered(edits):
        inserted = edit.text.replace("\n", newline)
        text = text[: edit.at] + inserted + text[edit.until :]
    for key, value in sections.items():
        text = text.rstrip("\r\n") + newline * 2 + newline.join(lines(key, value, 0)) + newline
    return text, tuple(left)


def _ordered(edits: list[_Edit]) -> list[_Edit]:
    """From the end of the text to its beginning; of one place the outer first, so that it is last.

    What comes to the same place at the same depth is joined, in the order of the changes.
    """
    places: dict[tuple[int, int], list[_Edit]] = {}
    for each in edits:
        places.setdefault((-each.at, each.depth), []).append(each)
    found = []
    for _, same in sorted(places.items()):
        first = same[0]
        before, behind = first.braces or ("", "")
        between = "" if first.braces is None else ", "
        whole = before + between.join(each.text for each in same) + behind
        found.append(_Edit(first.at, first.until, first.depth, whole))
    return found


def _edit(text: str, change: Change, node: yaml.Node, key: yaml.Node | None) -> _Edit | None:
    depth = len(change.path)
    if key is not None and node.start_mark.index < key.start_mark.index:
        return None  # an alias: what stands there belongs to another, too
    if change.kind == "value":
        return _replaced(change, node, depth)
    if change.kind == "item":
        return _item(text, change.value, node, depth)
    return _entry(text, change, node, depth) if isinstance(node, yaml.MappingNode) else None


def _entry(text: str, change: Change, node: yaml.MappingNode, depth: int) -> _Edit | None:
    name, value = change.path[-1], change.value
    if node.flow_style:
        return _in_braces(text, node, flow({name: value})[1:-1], depth, empty=not node.value)
    if not node.value:
        return None
    indent = " " * node.value[0][0].start_mark.column
    return _after(text, node, [f"{indent}{line}" for line in lines(name, value, 0)], depth)


def _replaced(change: Change, node: yaml.Node, depth: int) -> _Edit | None:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value != change.path[-1]:
            continue
        plain = isinstance(value, yaml.ScalarNode) and value.style not in {"|", ">"}
        if not plain or value.start_mark.index < key.start_mark.index:
            return None
        braces = isinstance(node, yaml.MappingNode) and node.flow_style
        new = flow(change.value) if braces else scalar(change.value)
        return _Edit(value.start_mark.index, value.end_mark.index, depth, new)
    return None


def _item(text: str, value: Any, node: yaml.Node, depth: int) -> _Edit | None:
    if not isinstance(node, yaml.SequenceNode):
        return None
    if node.flow_style:
        return _in_braces(text, node, flow(value), depth, empty=not node.value)
    indent = " " * node.start_mark.column
    return _after(text, node, [f"{indent}- {flow(value)}"], depth)


def _in_braces(
    text: str, node: yaml.CollectionNode, added: str, depth: int, *, empty: bool
) -> _Edit:
    close = node.end_mark.index - 1
    at = len(text[:close].rstrip())
    braces = (" ", ",") if text[at - 1] == "," else ("", "") if empty else (", ", "")
    return _Edit(at, at, depth, added, braces)


def _after(text: str, node: yaml.Node, added: list[str], depth: int) -> _Edit:
    end = _line_end(text, _end(text, node))
    return _Edit(end, end, depth, "".join(f"\n{line}" for line in added))


def _end(text: str, node: yaml.Node) -> int:
    """Where the last written thing of a block ends, before blank lines and comments."""
    end = node.end_mark.index
    while True:
        stripped = text[:end].rstrip()
        start = max(stripped.rfind("\n"), stripped.rfind("\r")) + 1
        if not stripped[start:].lstrip().startswith("#"):
            break
        end = start
    return max(len(stripped), *_ends(text, node, node.start_mark.index))


def _ends(text: str, node: yaml.Node, start: int) -> Iterator[int]:
    """Where scalars of a block end; a `#` in a text of several lines is no comment."""
    yield start
    if node.start_mark.index < start:
        return
    if isinstance(node, yaml.ScalarNode):
        yield len(text[: node.end_mark.index].rstrip())
    elif isinstance(node, yaml.MappingNode) and node.value:
        yield from _ends(text, node.value[-1][1], start)
    elif isinstance(node, yaml.SequenceNode) and node.value:
        yield from _ends(text, node.value[-1], start)


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    if found < 0:
        return len(text)
    return found - 1 if text[found - 1] == "\r" and found > at else found


def _at(root: yaml.Node | None, path: Path) -> tuple[yaml.Node, yaml.Node | None] | None:
    """The node at that path with its key."""
    node, key = root, None
    for step in path:
        if not isinstance(node, yaml.MappingNode):
            return None
        pair = next((each for each in node.value if each[0].value == step), None)
        if pair is None:
            return None
        key, node = pair
    return None if node is None else (node, key)


def values(document: Mapping[str, Any], path: Path) -> Any:
    """The plain value at that path, or None."""
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
