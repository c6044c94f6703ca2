"""From YAML text to a tree of values with places, within bounds.

The parser is libyaml through PyYAML's events. Measured on a file of 1,000 services, 568 kB
(benchmarks/load_system.py): libyaml's events 0.15 s, its composer 0.33 s, PyYAML's own events
1.8 s, ruamel.yaml's events 2.9 s, composer 4.0 s, round trip 5.3 s. Events, not the composer, also
because the composer recurses once a level and gives no chance to count what aliases expand to.
PyYAML's resolver is not used: it knows YAML 1.1, where `no` and `on` are booleans and `1:30` is 90.
"""

from collections.abc import Iterator

import yaml

from seatrial.system.fault import shown
from seatrial.system.problem import Place, Problem
from seatrial.system.read import check_characters
from seatrial.system.scalars import resolve
from seatrial.system.syntax import syntax_problem
from seatrial.system.tree import Node, Scalar

MAX_DEPTH = 32
MAX_VALUES = 50_000
MAX_PROBLEMS = 500
MAX_EXPANSION = 10
_EXPANSION_FLOOR = 1000
_STRING_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})


class Stop(Exception):  # noqa: N818 - ends the reading, carries the problem
    """Reading cannot go on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def parse(text: str, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of the file's only document, and every problem of its YAML.

    The tree is None when the text breaks YAML's grammar or a bound, which ends the reading.
    """
    forbidden = check_characters(text, file)
    if forbidden is not None:
        return None, (forbidden,)
    builder = Builder(file)
    stopped = builder.read(text)
    if stopped is not None:
        return None, (*builder.problems, stopped)
    if builder.root is None or (builder.root.value is None and builder.root.text == ""):
        empty = Problem(
            "ST1101", Place(file, 1, 1), "the file is empty", "begin it with seatrial: 1"
        )
        return None, (*builder.problems, empty)
    return builder.root, tuple(builder.problems)


def _events(text: str) -> Iterator[yaml.Event]:
    # Where PyYAML was built without libyaml the pure parser gives the same events, only slower.
    loader: type = getattr(yaml, "CLoader", yaml.Loader)
    return iter(yaml.parse(text, Loader=loader))


def _position(event: yaml.Event) -> tuple[int, int]:
    """Line and column from 1; libyaml's events always carry their marks."""
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


class Open:
    """A mapping or sequence that is still being read."""

    __slots__ = ("anchor", "key", "key_place", "node", "skip")

    def __init__(self, node: Node, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: str | None = None
        self.key_place = (1, 1)
        self.skip = False

    @property
    def expects_key(self) -> bool:
        """Whether the next event is a key: a mapping, whose last key has got its value."""
        return self.node.entries is not None and self.key is None and not self.skip


class Builder:
    """Takes events one by one and grows the tree, counting what it becomes."""

    most_expansion = MAX_EXPANSION
    most_depth = MAX_DEPTH
    most_values = MAX_VALUES

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._stack: list[Open] = []
        self._anchors: dict[str, Node] = {}
        self._unfinished: set[str] = set()
        self._written = 0
        self._expanded = 0
        self._documents = 0

    def read(self, text: str) -> Problem | None:
        """Read the whole text; the problem that ended the reading early, if one did."""
        try:
            for event in _events(text):
                self.take(event)
        except Stop as stop:
            return stop.problem
        except yaml.MarkedYAMLError as error:
            return syntax_problem(error, text, self.file)
        return None

    def take(self, event: yaml.Event) -> None:
        """Grow by one event; raises Stop where a bound is broken."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event)

    def _document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Stop(
                Problem(
                    "ST1109",
                    self._place(event),
                    "a second document begins here",
                    "keep one document in each file",
                )
            )

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.file, *_position(event))

    def _node(self, event: yaml.Event) -> Node:
        line, column = _position(event)
        return Node(file=self.file, line=line, column=column)

    def _count(self, event: yaml.Event, written: int, expanded: int) -> None:
        self._written += written
        self._expanded += expanded
        if self._expanded <= _EXPANSION_FLOOR:
            return
        if self._expanded > self.most_expansion * self._written:
            raise Stop(
                Problem(
                    "ST1107",
                    self._place(event),
                    f"aliases make the file more than {self.most_expansion} times larger",
                    "write the values out",
                )
            )
        if self._expanded > self.most_values:
            raise Stop(
                Problem(
                    "ST1113",
                    self._place(event),
                    f"the file has more than {self.most_values:,} values",
                    "keep one file for each system",
                )
            )

    def _tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None and tag not in _STRING_TAGS:
            name = tag.replace("tag:yaml.org,2002:", "!!")
            self._tell(
                Problem(
                    "ST1110",
                    self._place(event),
                    f"the tag {shown(name)} is not allowed",
                    "delete it",
                )
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1] if self._stack else None
        self._tag(event, event.tag)
        plain = event.implicit[0]
        if top is not None and top.expects_key:
            self._key(top, event, resolve(event.value) if plain else event.value)
            return
        self._count(event, 1, 1)
        node = self._node(event)
        node.value = resolve(event.value) if plain else event.value
        node.text = event.value if plain else None
        self._anchor(event.anchor, node)
        self._add(node)

    def _key(self, top: Open, event: yaml.ScalarEvent, key: Scalar) -> None:
        top.key_place = _position(event)
        if not isinstance(key, str):
            what = "an empty key" if key is None else f"the key {shown(key)}"
            self._refuse(top, "ST1105", f"{what} is not text", "put it in quotes")
        elif key == "<<" and event.implicit[0]:
            self._refuse(
                top,
                "ST1111",
                "the merge key << is not part of YAML 1.2",
                "use an alias for the whole value, or write the keys out",
            )
        elif top.node.keys is not None and key in top.node.keys:
            self._refuse(
                top,
                "ST1104",
                f"the key {shown(key)} is written twice, first in line {top.node.keys[key][0]}",
                "keep one of them",
            )
        else:
            top.key = key
            if event.anchor is not None:
                self._anchor(event.anchor, self._text_node(event))

    def _text_node(self, event: yaml.ScalarEvent) -> Node:
        node = self._node(event)
        node.value = event.value
        return node

    def _refuse(self, top: Open, code: str, summary: str, cure: str) -> None:
        place = Place(self.file, *top.key_place)
        self._tell(Problem(code, place, summary, cure))
        top.skip = True

    def _tell(self, problem: Problem) -> None:
        # One more than is shown, so that the loader sees that there were more.
        if len(self.problems) <= MAX_PROBLEMS:
            self.problems.append(problem)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        self._no_key_expected(event, "a list or a mapping")
        self._tag(event, event.tag)
        if len(self._stack) >= self.most_depth:
            raise Stop(self._too_deep(event))
        self._count(event, 1, 1)
        node = self._node(event)
        if isinstance(event, yaml.MappingStartEvent):
            node.entries, node.keys = {}, {}
        else:
            node.items = []
        if event.anchor is not None:
            self._unfinished.add(event.anchor)
        self._stack.append(Open(node, event.anchor))

    def _no_key_expected(self, event: yaml.Event, what: str) -> None:
        """A key that is no text of its own ends the reading: what follows it has no name."""
        top = self._stack[-1] if self._stack else None
        if top is not None and top.expects_key:
            raise Stop(
                Problem(
                    "ST1105", self._place(event), f"{what} is used as a key", "use text as the key"
                )
            )

    def _too_deep(self, event: yaml.Event) -> Problem:
        return Problem(
            "ST1106",
            self._place(event),
            f"values are nested more than {self.most_depth} levels deep",
            "flatten them",
        )

    def _end(self) -> None:
        closed = self._stack.pop()
        if closed.anchor is not None:
            self._unfinished.discard(closed.anchor)
        node = closed.node
        self._anchor(closed.anchor, node)
        self._add(node)

    def _anchor(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._no_key_expected(event, "an alias")
        name = event.anchor or ""
        node = self._anchors.get(name)
        if name in self._unfinished:
            raise Stop(
                Problem(
                    "ST1108",
                    self._place(event),
                    f"the alias *{name} contains itself",
                    "write the value out",
                )
            )
        if node is None:
            raise Stop(
                Problem(
                    "ST1108",
                    self._place(event),
                    f"the alias *{name} names an unknown anchor",
                    "define the anchor above it",
                )
            )
        if len(self._stack) + node.height > self.most_depth:
            raise Stop(self._too_deep(event))
        self._count(event, 1, node.size)
        self._add(node)

    def _add(self, node: Node) -> None:
        """Put a finished value where it belongs."""
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        parent = top.node
        if parent.items is not None:
            parent.items.append(node)
        elif top.skip:
            # The value of a refused key: its problem is told, the value has no place.
            top.skip = False
            return
        elif parent.entries is not None and parent.keys is not None and top.key is not None:
            parent.entries[top.key] = node
            parent.keys[top.key] = top.key_place
            top.key = None
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
