"""Adding items to a list in a YAML text without touching anything else of it.

As `edit` does for keys: text is inserted where the list ends, and the result is read again; it must
say the same as before plus the items, else nothing is changed.
"""

from collections.abc import Sequence

import yaml

from seatrial.review.cure import flow
from seatrial.review.nodes import EndlessError, child, composed, end, plain, shared


def extended(text: str, path: Sequence[str], items: Sequence[str]) -> str | None:
    """The text with items added to the list at a path of keys; None where that cannot be."""
    root = composed(text)
    node: yaml.Node | None = root
    for step in path:
        node = child(node, step)
    if root is None or not isinstance(node, yaml.SequenceNode) or not node.value:
        return None
    if id(node) in shared(root):  # an alias uses it a second time
        return None
    offset, written = (_in_flow if node.flow_style else _in_block)(text, node, items)
    after = text[:offset] + written + text[offset:]
    return after if _says(root, after, path, items) else None


def _in_flow(text: str, node: yaml.SequenceNode, items: Sequence[str]) -> tuple[int, str]:
    before = text[: int(node.end_mark.index) - 1].rstrip()
    comma = " " if before.endswith(",") else ", "
    return len(before), comma + ", ".join(flow(each) for each in items)


def _in_block(text: str, node: yaml.SequenceNode, items: Sequence[str]) -> tuple[int, str]:
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * int(node.start_mark.column)
    lines = "".join(f"{indent}- {flow(each)}{newline}" for each in items)
    last = end(node)
    if last > 0 and text[last - 1] == "\n":
        return last, lines
    offset = text.find("\n", last)
    return (len(text), newline + lines) if offset < 0 else (offset + 1, lines)


def _says(before: yaml.Node, text: str, path: Sequence[str], items: Sequence[str]) -> bool:
    after = composed(text)
    if after is None:
        return False
    try:
        wanted, found = plain(before), plain(after)
    except EndlessError:
        return False
    place = wanted
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = [*place[path[-1]], *plain(composed(flow(items)))]
    return bool(wanted == found)
