"""`$ref`: what it leads to inside of its document, within bounds."""

from urllib.parse import unquote

from seatrial.system.importers.cursor import Cursor

_MOST_HOPS = 20
_MOST_STEPS = 50


def followed(root: Cursor, at: Cursor) -> Cursor:
    """What a value stands for: itself, or what its `$ref` leads to; absence where that is nothing.

    References to other files lead to nothing, and so do those that go round in a circle.
    """
    for _ in range(_MOST_HOPS):
        pointer = at.at("$ref").text
        if not pointer:
            return at
        if pointer != "#" and not pointer.startswith("#/"):
            return at.at("$ref", "elsewhere")
        at = root
        for step in pointer.split("/")[1:_MOST_STEPS]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            below = at.at(name)
            if below.node is None and name.isdecimal() and len(name) < 6:  # noqa: PLR2004 - longer than any list
                below = at.at(int(name))
            at = below
    return at.at("$ref", "circle")


def leaves_file(at: Cursor) -> bool:
    """Whether its `$ref` names another file."""
    pointer = at.at("$ref").text
    return bool(pointer) and not pointer.startswith("#")
