"""From the tree of places to the plain values that the models read."""

from typing import Any, Final

from seatrial.system.tree import Node

_TEXT: Final = "text"
_Texts = dict[str, Any]

# Where a value is text whatever it looks like, it is read as it was written: `version: 7.10` is
# not 7.1, and `DEBUG: true` is what the variable will hold. Everywhere else YAML's types count.
TEXTS: _Texts = {
    "services": {"*": {"environment": {"*": _TEXT}}},
    "stores": {"*": {"version": _TEXT}},
    "metrics": {"*": {"labels": {"*": {"*": _TEXT}}}},
    "journeys": {
        "*": {key: {"*": {"headers": {"*": _TEXT}}} for key in ("steps", "cleanup")},
    },
}


def plain(node: Node, texts: Any = None, memo: dict[int, Any] | None = None) -> Any:
    """Dictionaries, lists and scalars of the tree; values reached by aliases are shared."""
    memo = {} if memo is None else memo
    if node.entries is None and node.items is None:
        return node.text if texts == _TEXT and _keeps_text(node) else node.value
    if not isinstance(texts, dict):
        known = memo.get(id(node))
        if known is not None:
            return known
    built: Any
    if node.entries is not None:
        built = {key: plain(child, _below(texts, key), memo) for key, child in node.entries.items()}
    else:
        built = [plain(child, _below(texts, "*"), memo) for child in node.items or ()]
    if not isinstance(texts, dict):
        memo[id(node)] = built
    return built


def _keeps_text(node: Node) -> bool:
    return node.text is not None and node.value is not None


def _below(texts: Any, key: str) -> Any:
    if not isinstance(texts, dict):
        return None
    return texts.get(key) or texts.get("*")
