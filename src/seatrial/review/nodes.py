"""The tree of a YAML text with the places of its nodes, as PyYAML composes it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_VALUES = 200_000
_MERGE = "tag:yaml.org,2002:merge"


class EndlessError(Exception):
    """A text whose aliases cannot be written out."""


def composed(text: str) -> yaml.Node | None:
    """The tree of the text's only document; None for none, several, or a text that is no YAML."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError):
        return None
    return node


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """What is written below a key; None for no such key, or no mapping."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def line(node: yaml.Node | None, key: str) -> int:
    """The line of a key, from 1; 0 for none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((name.start_mark.line + 1 for name, _ in pairs if name.value == key), 0)


def merged(node: yaml.Node, key: str) -> bool:
    """Whether the key comes into a mapping by a merge (`<<`, in the YAML 1.1 types)."""
    left, seen = list(_bases(node)), {id(node)}
    while left:
        base = left.pop()
        if id(base) in seen:
            continue
        seen.add(id(base))
        if child(base, key) is not None:
            return True
        left += _bases(base)
    return False


def _bases(node: yaml.Node) -> Iterator[yaml.Node]:
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.tag == _MERGE:
            yield from value.value if isinstance(value, yaml.SequenceNode) else (value,)


def shared(root: yaml.Node) -> frozenset[int]:
    """The identities of all mappings and lists that aliases use a second time."""
    found: Counter[int] = Counter()
    left = [root]
    while left:
        node = left.pop()
        found[id(node)] += 1
        if found[id(node)] > 1:
            continue
        if isinstance(node, yaml.MappingNode):
            left += (each for pair in node.value for each in pair)
        elif isinstance(node, yaml.SequenceNode):
            left += node.value
    return frozenset(each for each, times in found.items() if times > 1)


def end(node: yaml.Node) -> int:
    """Where the last written value below ends; a block mapping's own end is past its comments."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(end(each) for pair in node.value for each in pair)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return max(end(each) for each in node.value)
    return int(node.end_mark.index)


def plain(node: yaml.Node | None) -> Any:
    """Tags and texts as written, so that 0x10 and 16 differ; each alias in full.

    Raises EndlessError for an alias that contains itself, or aliases that expand without bound.
    """
    return _Reader().read(node, ())


class _Reader:
    """Writes out a tree, counting what its aliases become."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def read(self, node: yaml.Node | None, within: tuple[int, ...]) -> Any:
        self._left -= 1
        if self._left < 0 or id(node) in within:
            raise EndlessError
        inner = (*within, id(node))
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self.read(value, inner) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.read(each, inner) for each in node.value]
        return None if node is None else (node.tag, node.value)
