"""Adding keys to a YAML text without touching anything else of it.

Lines are inserted where the mapping ends; every other byte, comments included, stays. Whatever an
insertion would do to the meaning of the rest (a form that is not foreseen) is found by reading the
result again: it must say the same as before plus what was added, else the edit is refused. A round
trip through ruamel.yaml would keep comments, too, but write quotes, indentation and long lines of
the whole file anew, and take seconds for 200 services.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from seatrial.review.cure import Edit, block, flow, scalar
from seatrial.review.nodes import EndlessError, child, composed, end, line, merged, plain, shared

_ELSE = "it would change the meaning of something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An edit that cannot be made, and why."""

    edit: Edit
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The new text, which edits are in it, and which could not be made."""

    text: str
    made: tuple[Edit, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """An edit, and each mapping that grows with what is not written there yet."""

    edit: Edit
    grows: tuple[tuple[yaml.MappingNode, Mapping[str, Any]], ...]


def edited(text: str, edits: Sequence[Edit]) -> Edited:
    """The text with as many of the edits as can be made safely.

    Each is judged against the text as it was, so that none depends on what others insert.
    """
    root = composed(text)
    if root is None:
        return _none(text, edits, "the file is not one YAML document that can be read")
    try:
        plain(root)
    except EndlessError:
        return _none(text, edits, "the aliases of the file cannot be written out")
    twice = shared(root)
    spots: list[_Spot] = []
    refused: list[Refusal] = []
    taken: set[tuple[int, str]] = set()
    for edit in edits:
        found = _spot(root, edit, twice)
        if isinstance(found, _Spot):
            keys = {(id(node), key) for node, value in found.grows for key in value}
            if taken & keys:
                found = "another cure adds the same key"
            else:
                taken |= keys
        if isinstance(found, _Spot):
            spots.append(found)
        else:
            refused.append(Refusal(edit=edit, reason=found))
    kept = _kept(text, root, [], spots)
    made = tuple(each.edit for each in kept)
    refused += [Refusal(edit=each.edit, reason=_ELSE) for each in spots if each not in kept]
    return Edited(text=_with(text, kept), made=made, refused=tuple(refused))


def _none(text: str, edits: Sequence[Edit], reason: str) -> Edited:
    refused = tuple(Refusal(edit=each, reason=reason) for each in edits)
    return Edited(text=text, made=(), refused=refused)


def _kept(text: str, root: yaml.Node, kept: list[_Spot], more: list[_Spot]) -> list[_Spot]:
    """Those kept, and all of the others that fit: tried together, else by halves."""
    if not more or _same(root, _with(text, [*kept, *more]), [*kept, *more]):
        return [*kept, *more]
    if len(more) == 1:
        return kept
    middle = len(more) // 2
    return _kept(text, root, _kept(text, root, kept, more[:middle]), more[middle:])


def _spot(root: yaml.Node, edit: Edit, twice: frozenset[int]) -> _Spot | str:
    """Where the edit is made; the reason where it cannot be."""
    node: yaml.Node | None = root
    where = edit.line
    for step in edit.path:
        where = line(node, step)
        node = child(node, step)
        if node is None:
            return f"{'.'.join(edit.path)} is not written there"
        if id(node) in twice:
            return f"an alias uses {step} a second time"
    if edit.line not in {0, where}:
        return f"{'.'.join(edit.path)} stands in line {where}, not in {edit.line}"
    grows: list[tuple[yaml.MappingNode, Mapping[str, Any]]] = []
    reason = _grow(node, edit.path[-1], edit.value, grows, twice)
    if reason or not grows:
        return reason or f"{edit.path[-1]} says it already"
    return _Spot(edit=edit, grows=tuple(grows))


def _grow(
    node: yaml.Node | None,
    name: str,
    value: Mapping[str, Any],
    grows: list[tuple[yaml.MappingNode, Mapping[str, Any]]],
    twice: frozenset[int],
) -> str:
    """Gathers what the mappings from this one down lack; the reason where that cannot be."""
    if not isinstance(node, yaml.MappingNode) or not (node.flow_style or node.value):
        return f"{name} is no mapping that can grow"
    if id(node) in twice:
        return f"an alias uses {name} a second time"
    lacks: dict[str, Any] = {}
    for key, each in value.items():
        there = child(node, key)
        if there is None and merged(node, key):
            return f"{key} of {name} comes from a merge (<<)"
        if there is None:
            lacks[key] = each
        elif isinstance(each, Mapping):
            reason = _grow(there, key, each, grows, twice)
            if reason:
                return reason
        elif not isinstance(there, yaml.ScalarNode) or there.value != str(each):
            return f"{key} of {name} is written already"
    if lacks:
        grows.append((node, lacks))
    return ""


def _with(text: str, spots: Sequence[_Spot]) -> str:
    """The text with those edits; from the end, so that positions stay right."""
    nodes: dict[int, yaml.MappingNode] = {}
    values: dict[int, dict[str, Any]] = {}
    for node, value in (each for spot in spots for each in spot.grows):
        nodes[id(node)] = node
        values.setdefault(id(node), {}).update(value)
    places: list[tuple[int, int, str]] = []
    for key, node in nodes.items():
        offset, written = (_in_flow if node.flow_style else _in_block)(text, node, values[key])
        # What ends at one place is written from the innermost mapping outwards.
        places.append((offset, -_indent(node), written))
    for offset, _, written in sorted(places, reverse=True):
        text = text[:offset] + written + text[offset:]
    return text


def _indent(node: yaml.MappingNode) -> int:
    """The column of its keys."""
    return int(node.value[0][0].start_mark.column) if node.value else 0


def _in_block(text: str, node: yaml.MappingNode, value: Mapping[str, Any]) -> tuple[int, str]:
    newline = "\r\n" if "\r\n" in text else "\n"
    last = end(node)
    offset = text.find("\n", last)
    starts_line = last > 0 and text[last - 1] == "\n"  # as after a text in block style
    written = block(value, _indent(node)).replace("\n", newline)
    if starts_line:
        return last, written
    if offset < 0:
        return len(text), newline + written.removesuffix(newline)
    return offset + 1, written


def _in_flow(text: str, node: yaml.MappingNode, value: Mapping[str, Any]) -> tuple[int, str]:
    before = text[: int(node.end_mark.index) - 1].rstrip()
    comma = "" if before.endswith(("{", ",")) else ", "
    written = ", ".join(f"{scalar(key)}: {flow(each)}" for key, each in value.items())
    return len(before), comma + (" " if before.endswith(",") else "") + written


def _same(before: yaml.Node, text: str, made: Sequence[_Spot]) -> bool:
    """Whether the result says what the text said, plus what was added."""
    after = composed(text)
    if after is None:
        return False
    try:
        wanted, found = plain(before), plain(after)
    except EndlessError:
        return False
    for spot in made:
        place = wanted
        for step in spot.edit.path:
            place = place[step]
        _add(place, spot.edit.value)
    return bool(wanted == found)


def _add(place: Any, value: Mapping[str, Any]) -> None:
    for key, each in value.items():
        if isinstance(each, Mapping) and isinstance(place.get(key), dict):
            _add(place[key], each)
        elif key not in place:  # else it says the same already
            place[key] = plain(composed(block({key: each})))[key]
