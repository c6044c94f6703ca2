"""Adding keys to a YAML text without touching anything else of it.

Lines are inserted where the mapping ends; every other byte, comments included, stays. Whatever an
insertion would do to the meaning of the rest (an alias that shares the mapping, a form that is not
foreseen) is found by reading the result again: it must say the same as before plus what was added,
else the edit is refused. A round trip through ruamel.yaml would keep comments, too, but write
quotes, indentation and long lines of the whole file anew, and take seconds for 200 services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from seatrial.review.cure import Edit, block, flow, scalar

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_VALUES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The new text, which edits are in it, and which could not be made."""

    text: str
    made: tuple[Edit, ...]
    refused: tuple[Edit, ...]


def edited(text: str, edits: tuple[Edit, ...]) -> Edited:
    """The text with as many of the edits as can be made safely.

    All are tried at once; where that changes anything else they are tried one by one.
    """
    together, made = _insert(text, edits)
    if made and _same(text, together, made):
        return Edited(text=together, made=made, refused=tuple(e for e in edits if e not in made))
    done: list[Edit] = []
    for edit in edits:
        after, one = _insert(text, (edit,))
        if one and _same(text, after, one):
            text = after
            done.append(edit)
    return Edited(text=text, made=tuple(done), refused=tuple(e for e in edits if e not in done))


def _insert(text: str, edits: tuple[Edit, ...]) -> tuple[str, tuple[Edit, ...]]:
    """The text with those edits that have a place; from the end, so that positions stay right."""
    root = _compose(text)
    places: list[tuple[int, int, str]] = []
    made: list[Edit] = []
    for order, edit in enumerate(edits):
        place = None if root is None else _place(text, root, edit)
        if place is not None:
            places.append((place[0], order, place[1]))
            made.append(edit)
    for offset, _, written in sorted(places, reverse=True):
        text = text[:offset] + written + text[offset:]
    return text, tuple(made)


def _place(text: str, root: yaml.Node, edit: Edit) -> tuple[int, str] | None:
    """Where to insert what; None where the path leads nowhere or a key is there already."""
    node: yaml.Node | None = root
    value: Mapping[str, Any] = edit.value
    line = edit.line
    for step in edit.path:
        line = _line(node, step)
        node = _child(node, step)
    if edit.line not in {0, line}:
        return None
    # Further down while what is to be added is one mapping that is there in part.
    while len(value) == 1 and isinstance(node, yaml.MappingNode):
        key, below = next(iter(value.items()))
        child = _child(node, key)
        if child is None:
            break
        if not isinstance(below, Mapping) or not isinstance(child, yaml.MappingNode):
            return None
        node = child
        value = {each: what for each, what in below.items() if not _says(child, each, what)}
    if (
        not isinstance(node, yaml.MappingNode)
        or any(_child(node, key) for key in value)
        or not value
    ):
        return None
    return _in_flow(text, node, value) if node.flow_style else _in_block(text, node, value)


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _line(node: yaml.Node | None, key: str) -> int:
    """The line of a key, from 1; 0 for none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((name.start_mark.line + 1 for name, _ in pairs if name.value == key), 0)


def _says(node: yaml.MappingNode, key: str, value: Any) -> bool:
    """Whether that scalar is written there already."""
    child = _child(node, key)
    return isinstance(child, yaml.ScalarNode) and child.value == str(value)


def _in_block(
    text: str, node: yaml.MappingNode, value: Mapping[str, Any]
) -> tuple[int, str] | None:
    if not node.value:
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = node.value[0][0].start_mark.column
    end = _end(node)
    offset = text.find("\n", end)
    starts_line = end > 0 and text[end - 1] == "\n"  # as after a text in block style
    written = block(value, indent).replace("\n", newline)
    if starts_line:
        return end, written
    if offset < 0:
        return len(text), newline + written.removesuffix(newline)
    return offset + 1, written


def _end(node: yaml.Node) -> int:
    """Where the last written value below ends; a block mapping's own end is past its comments."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(_end(each) for pair in node.value for each in pair)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return max(_end(each) for each in node.value)
    return int(node.end_mark.index)


def _in_flow(text: str, node: yaml.MappingNode, value: Mapping[str, Any]) -> tuple[int, str] | None:
    close = int(node.end_mark.index) - 1
    if close < 0 or text[close] != "}":
        return None
    before = text[:close].rstrip()
    comma = "" if before.endswith(("{", ",")) else ", "
    written = ", ".join(f"{scalar(key)}: {flow(each)}" for key, each in value.items())
    return len(before), comma + (" " if before.endswith(",") else "") + written


def _same(before: str, after: str, made: tuple[Edit, ...]) -> bool:
    """Whether the result says what the text said, plus what was added."""
    old, new = _compose(before), _compose(after)
    if old is None or new is None:
        return False
    try:
        wanted, found = _plain(old), _plain(new)
    except _Refused:
        return False
    for edit in made:
        place = wanted
        for step in edit.path:
            place = place[step]
        _add(place, edit.value)
    return bool(wanted == found)


def _add(place: Any, value: Mapping[str, Any]) -> None:
    for key, each in value.items():
        if isinstance(each, Mapping) and isinstance(place.get(key), dict):
            _add(place[key], each)
        elif key not in place:  # else it says the same already
            place[key] = _plain(_compose(block({key: each})))[key]


def _compose(text: str) -> yaml.Node | None:
    """The tree of the text's only document; None for none, several, or a text that is no YAML."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError):
        return None
    return node


def _plain(node: yaml.Node | None) -> Any:
    """Tags and texts as written, so that 0x10 and 16 differ; each alias in full.

    Raises _Refused for an alias that contains itself, or aliases that expand without bound.
    """
    return _Reader().read(node, ())


class _Refused(Exception):  # noqa: N818 - the text is refused, nothing has failed
    """A text whose aliases cannot be written out."""


class _Reader:
    """Writes out a tree, counting what its aliases become."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def read(self, node: yaml.Node | None, within: tuple[int, ...]) -> Any:
        self._left -= 1
        if self._left < 0 or id(node) in within:
            raise _Refused
        inner = (*within, id(node))
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self.read(value, inner) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.read(each, inner) for each in node.value]
        return None if node is None else (node.tag, node.value)
