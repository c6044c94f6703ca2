"""Where each value was written, kept beside the models."""

from dataclasses import dataclass

from seatrial.system.problem import Place
from seatrial.system.tree import Node

_NOWHERE = Node(file="seatrial.yaml", line=1, column=1)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The tree of written values, asked for the place of one of them.

    All instances are equal, because two systems that say the same are the same wherever their
    lines stand.
    """

    root: Node = _NOWHERE

    def __eq__(self, other: object) -> bool:
        """Places take no part in the equality of what they belong to."""
        return isinstance(other, Places)

    def __hash__(self) -> int:
        """The same for all, as they are equal."""
        return hash(Places)

    def of(self, *path: str | int) -> Place:
        """The place of the value at that path, or of its nearest written ancestor."""
        node = self.root
        for step in path:
            below = node.child(step)
            if below is None:
                break
            node = below
        return Place(node.file, node.line, node.column)

    def of_key(self, *path: str | int) -> Place:
        """The place of the last key of that path, else of the nearest written ancestor's key."""
        node = self.root
        found = Place(node.file, node.line, node.column)
        for step in path:
            below = node.child(step)
            if below is None:
                break
            found = node.key_place(step) if isinstance(step, str) else below.place
            node = below
        return found
