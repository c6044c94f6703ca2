"""Numbers drawn from names: a new name leaves nearly all others where they are."""

import hashlib
from collections.abc import Iterable


def number(text: str) -> int:
    """A number that follows from a text, the same everywhere."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def draw(names: Iterable[str], slots: int, taken: Iterable[int] = ()) -> dict[str, int]:
    """A slot below `slots` for each name, moved on while it is taken, in sorted order."""
    used = set(taken)
    found: dict[str, int] = {}
    for name in sorted(names):
        slot = number(name) % slots
        while slot in used:
            slot = (slot + 1) % slots
        used.add(slot)
        found[name] = slot
    return found
