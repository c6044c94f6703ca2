"""How one service is laid over another: override files, `extends`, several documents.

https://docs.docker.com/reference/compose-file/merge/. Mappings are merged key by key, lists are
joined, commands and tests are replaced; `!reset` removes and `!override` replaces.
"""

from collections.abc import Callable, Mapping

from seatrial.system.importers.documents import written
from seatrial.system.tree import Node

Tags = Mapping[tuple[str, int, int], str]
Replaced = Callable[[str, Node, Node], None]
_WHOLE = frozenset({"command", "entrypoint", "test"})
# Lists of `NAME=value`, which are mappings in other words.
_PAIRS = frozenset({"environment", "labels", "annotations", "args", "sysctls", "extra_hosts"})
# Lists of names, which are mappings to nothing.
_NAMES = frozenset({"depends_on", "networks"})


def normal(service: Node) -> Node:
    """The service with the short forms that merge as mappings written out; places are kept."""
    if service.entries is None:
        return service
    twin = service.copy()
    assert twin.entries is not None  # noqa: S101 - copied from one that has them
    for key, node in service.entries.items():
        if key in _PAIRS:
            twin.entries[key] = pairs(node)
        elif key in _NAMES:
            twin.entries[key] = _named(node)
        elif key == "build" and written(node) is not None:
            twin.entries[key] = _wrapped(node, "context")
        elif key == "build" and node.entries and "args" in node.entries:
            built = node.copy()
            assert built.entries is not None  # noqa: S101 - as above
            built.entries["args"] = pairs(node.entries["args"])
            twin.entries[key] = built
    return twin


def pairs(node: Node) -> Node:
    """A list of `NAME=value` or `NAME` as the mapping that it stands for."""
    if node.items is None:
        return node
    twin = _mapping(node)
    for item in node.items:
        text = written(item)
        if text is None:
            for key, each in (item.entries or {}).items():  # `- NAME: value`, a common slip
                _put(twin, key, each, item.key_place(key).line, item.key_place(key).column)
            continue
        name, equals, value = text.partition("=")
        if not equals:
            # `- "NAME: value"`, a slip in quotes: its value must not be taken for a name
            name, equals, value = text.partition(": ")
        each = Node(file=item.file, line=item.line, column=item.column)
        if equals:
            each.value = value
        _put(twin, name.strip(), each, item.line, item.column)
    return twin


def _named(node: Node) -> Node:
    if node.items is None:
        return node
    twin = _mapping(node)
    for item in node.items:
        text = written(item)
        if text is not None:
            empty = Node(file=item.file, line=item.line, column=item.column)
            _put(twin, text, empty, item.line, item.column)
    return twin


def _wrapped(node: Node, key: str) -> Node:
    twin = _mapping(node)
    _put(twin, key, node, node.line, node.column)
    return twin


def _mapping(node: Node) -> Node:
    twin = Node(file=node.file, line=node.line, column=node.column)
    twin.entries, twin.keys = {}, {}
    return twin


def _put(mapping: Node, key: str, node: Node, line: int, column: int) -> None:
    if mapping.entries is not None and mapping.keys is not None:
        mapping.entries[key] = node
        mapping.keys[key] = (line, column)


def laid_over(base: Node, over: Node, tags: Tags, replaced: Replaced, path: str = "") -> Node:
    """`over` laid on `base`; `replaced` is told of each value that is hidden, with its path."""
    tag = tags.get((over.file, over.line, over.column), "")
    if tag == "!override" or base is over:
        if base is not over:
            replaced(path, base, over)
        return over
    if base.entries is not None and over.entries is not None:
        return _mapping_over(base, over, tags, replaced, path)
    if base.items is not None and over.items is not None and path.rpartition(".")[2] not in _WHOLE:
        twin = base.copy()
        have = {text for each in base.items if (text := written(each)) is not None}
        twin.items = [*base.items, *(each for each in over.items if written(each) not in have)]
        for each in over.items:
            if written(each) in have:
                replaced(path, each, over)
        return twin
    if over.value is None and over.entries is None and over.items is None:
        return base  # `build:` with nothing behind it says nothing
    replaced(path, base, over)
    return over


def _mapping_over(base: Node, over: Node, tags: Tags, replaced: Replaced, path: str) -> Node:
    twin = base.copy()
    entries = twin.entries if twin.entries is not None else {}
    keys = dict(base.keys or {})
    for key, node in (over.entries or {}).items():
        below = f"{path}.{key}" if path else key
        there = entries.get(key)
        if tags.get((node.file, node.line, node.column)) == "!reset":
            if there is not None:
                replaced(below, there, node)
                del entries[key]
            continue
        merged = node if there is None else laid_over(there, node, tags, replaced, below)
        entries[key] = merged
        if key not in keys or merged.file == node.file:  # a place is in the file of its value
            keys[key] = (over.keys or {}).get(key, (node.line, node.column))
    twin.keys = keys
    return twin
