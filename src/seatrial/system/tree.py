"""The values of a YAML file with their places, before any model has judged them."""

from collections.abc import Iterable, Iterator

from seatrial.system.problem import Place

Scalar = str | int | float | bool | None
_Path = tuple[str | int, ...]


class Node:
    """One written value: a scalar, a mapping of nodes or a sequence of nodes, with its place.

    Not a dataclass but slots by hand, because a file has up to 50,000 of them and the loader
    fills in a mapping while it is being read. `text` is a plain scalar's text as written, for the
    keys where `1.10` means a text; `keys` holds line and column of each key; `size` counts the
    values that it expands to through aliases, `height` their nesting.
    """

    __slots__ = (
        "column",
        "entries",
        "file",
        "height",
        "items",
        "keys",
        "line",
        "size",
        "text",
        "value",
    )

    def __init__(
        self,
        *,
        file: str,
        line: int,
        column: int,
        value: Scalar = None,
        text: str | None = None,
    ) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.value = value
        self.text = text
        self.entries: dict[str, Node] | None = None
        self.keys: dict[str, tuple[int, int]] | None = None
        self.items: list[Node] | None = None
        self.size = 1
        self.height = 0

    @property
    def place(self) -> Place:
        """Where the value begins."""
        return Place(self.file, self.line, self.column)

    def key_place(self, key: str) -> Place:
        """Where the key of an entry stands: in the file of its value, since a pair is not split."""
        line, column = (self.keys or {}).get(key, (self.line, self.column))
        below = (self.entries or {}).get(key, self)
        return Place(below.file, line, column)

    def child(self, step: str | int) -> "Node | None":
        """The value below under that key or index."""
        if isinstance(step, str):
            return None if self.entries is None else self.entries.get(step)
        if self.items is None or not 0 <= step < len(self.items):
            return None
        return self.items[step]

    def copy(self) -> "Node":
        """The same value with entries of its own, which can grow; what lies below is shared."""
        twin = Node(
            file=self.file, line=self.line, column=self.column, value=self.value, text=self.text
        )
        twin.entries = None if self.entries is None else dict(self.entries)
        twin.keys = None if self.keys is None else dict(self.keys)
        twin.items = self.items
        twin.size, twin.height = self.size, self.height
        return twin


def find(root: Node, pattern: str) -> Iterator[tuple[_Path, Node]]:
    """Every value at a dotted pattern such as `services.*.needs.*`, with its path, in file order.

    `*` stands for any key of a mapping and any index of a sequence; what has another shape than
    the pattern is passed over, since the models have already refused it.
    """
    return _find(root, pattern.split("."), ())


def _find(node: Node, steps: list[str], path: _Path) -> Iterator[tuple[_Path, Node]]:
    if not steps:
        yield path, node
        return
    step, rest = steps[0], steps[1:]
    if step != "*":
        child = node.child(step)
        if child is not None:
            yield from _find(child, rest, (*path, step))
        return
    below: Iterable[tuple[str | int, Node]] = ()
    if node.entries is not None:
        below = node.entries.items()
    elif node.items is not None:
        below = enumerate(node.items)
    literal = rest[0] if rest and rest[0] != "*" else None
    for key, child in below:
        # Looked up here already, since most of a thousand services lack any one key.
        if literal is None or child.child(literal) is not None:
            yield from _find(child, rest, (*path, key))


def names(root: Node, *path: str) -> tuple[str, ...]:
    """The keys of the mapping at that path, in file order; none where there is no mapping."""
    node: Node | None = root
    for step in path:
        node = None if node is None else node.child(step)
    return () if node is None or node.entries is None else tuple(node.entries)
