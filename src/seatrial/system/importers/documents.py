"""YAML that others wrote: several documents, merge keys, foreign tags, keys that are no texts.

What `seatrial.yaml` refuses is read here as its own tools read it, within bounds of depth and
size. The merge key is that of YAML 1.1 (https://yaml.org/type/merge.html): what is written
out wins over what is merged, and the earlier of several merged mappings over the later.
"""

from dataclasses import dataclass, field

import yaml

from seatrial.system.fault import shown
from seatrial.system.parse import Builder, Open
from seatrial.system.problem import Place, Problem, Severity
from seatrial.system.read import check_characters
from seatrial.system.scalars import resolve
from seatrial.system.tree import Node

# Anchors are how these files are kept short; the bound on values still holds.
_MOST_EXPANSION = 100
# Definitions of resources and schemas of APIs are deep, and what a cluster gives out is long.
_MOST_DEPTH = 100
_MOST_VALUES = 150_000
_MERGE = "<<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The documents of one text, none of them empty.

    `problems` are errors, which ended the reading, and warnings of what was lost in it. `tags`
    holds tags other than YAML's own by line and column of their value.
    """

    roots: tuple[Node, ...] = ()
    problems: tuple[Problem, ...] = ()
    tags: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether the reading ended early."""
        return any(each.severity is Severity.ERROR for each in self.problems)


def read_documents(text: str, file: str) -> Documents:
    """All documents of a text."""
    forbidden = check_characters(text, file)
    if forbidden is not None:
        return Documents(problems=(forbidden,))
    builder = _Foreign(file)
    stopped = builder.read(text)
    problems = tuple(builder.problems)
    return Documents(
        roots=tuple(builder.roots),
        problems=problems if stopped is None else (*problems, stopped),
        tags=builder.tags,
    )


def written(node: Node) -> str | None:
    """A scalar's text as it was written, whatever type it has; None for null and collections."""
    if node.value is None:
        return None
    if node.text is not None:
        return node.text
    return node.value if isinstance(node.value, str) else str(node.value)


class _Foreign(Builder):
    """Grows one tree a document."""

    most_expansion = _MOST_EXPANSION
    most_depth = _MOST_DEPTH
    most_values = _MOST_VALUES

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.roots: list[Node] = []
        self.tags: dict[tuple[int, int], str] = {}
        self._merges: dict[int, list[Node]] = {}

    def _document(self, event: yaml.Event) -> None:
        del event
        self._anchors = {}

    def _tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None and tag != "!" and not tag.startswith("tag:yaml.org,2002:"):
            mark = event.start_mark
            if mark is not None:
                self.tags[mark.line + 1, mark.column + 1] = tag

    def _key(self, top: Open, event: yaml.ScalarEvent, key: object) -> None:
        del key  # a number or a truth value is the text that was written
        mark = event.start_mark
        top.key_place = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        top.key = event.value
        if event.anchor is not None:
            node = self._node(event)
            node.value = event.value
            self._anchor(event.anchor, node)

    def _add(self, node: Node) -> None:
        if not self._stack:
            if node.value is not None or node.entries is not None or node.items is not None:
                self.roots.append(node)
            return
        top = self._stack[-1]
        entries, keys = top.node.entries, top.node.keys
        if entries is not None and keys is not None and top.key is not None:
            if top.key == _MERGE:
                self._merges.setdefault(id(top.node), []).append(node)
                top.key = None
                top.node.size += node.size
                top.node.height = max(top.node.height, node.height + 1)
                return
            if top.key in entries:
                self._tell(
                    Problem(
                        "ST1104",
                        Place(self.file, *keys[top.key]),
                        f"the key {shown(top.key)} is written again in line {top.key_place[0]}",
                        "keep one of them",
                        Severity.WARNING,
                    )
                )
        super()._add(node)

    def _end(self) -> None:
        node = self._stack[-1].node
        for merged in self._merges.pop(id(node), ()):
            for each in merged.items if merged.items is not None else [merged]:
                self._merge(node, each)
        super()._end()

    def _merge(self, node: Node, merged: Node) -> None:
        if merged.entries is None or merged.keys is None:
            self._tell(
                Problem(
                    "ST1111",
                    merged.place,
                    "the merge key << names no mapping",
                    "name an anchor of a mapping",
                    Severity.WARNING,
                )
            )
            return
        if node.entries is None or node.keys is None:
            return
        for key, value in merged.entries.items():
            if key not in node.entries:
                node.entries[key] = value
                node.keys[key] = merged.keys[key]


def texts(node: Node) -> tuple[str, ...]:
    """The scalars of a list as written, or the one scalar; nothing of what is nested deeper."""
    if node.items is not None:
        return tuple(text for each in node.items if (text := written(each)) is not None)
    text = written(node)
    return () if text is None else (text,)


def retyped(node: Node, text: str) -> Node:
    """The same scalar with another text, whose type is judged anew where it was written plain."""
    twin = Node(file=node.file, line=node.line, column=node.column)
    # a reference that came to nothing is an empty text, not a value that was never written
    twin.value = resolve(text) if node.text is not None and text else text
    twin.text = text if node.text is not None and text else None
    return twin
