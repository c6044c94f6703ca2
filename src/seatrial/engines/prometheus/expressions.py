"""Reading PromQL: which metrics an expression asks for."""

from typing import Any

import promql_parser

_PARTS = ("expr", "lhs", "rhs", "args", "vector_selector")


def metrics_of(expr: str) -> frozenset[str]:
    """The names of the metrics that an expression reads. Raises ValueError where it is not PromQL.

    A selector by pattern has no name, and is not among them.
    """
    return frozenset(_names(promql_parser.parse(expr)))


def _names(node: Any) -> list[str]:
    """Those below a node of the parser's tree, which has no type that a checker would know."""
    found = [node.name] if isinstance(getattr(node, "name", None), str) else []
    for part in _PARTS:
        below = getattr(node, part, None)
        if below is None:
            continue
        for each in below if isinstance(below, list | tuple) else (below,):
            found += _names(each)
    return found
