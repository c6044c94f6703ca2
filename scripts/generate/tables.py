"""Markdown tables."""

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table with its rows; a cell is on one line and holds no bar that ends it."""
    first = tuple(head)
    lines = [first, ("---",) * len(first), *(tuple(each) for each in rows)]
    return "".join(f"| {' | '.join(_cell(each) for each in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """As code; nothing for an empty text."""
    return f"`{text}`" if text else ""
