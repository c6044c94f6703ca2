"""Who calls whom, as traces show it, beside what was declared.

A call is seen by either end: the caller names whom it asked (by address, which `Peer` knows), the
callee has the caller's span for a parent. Between them may be a proxy that makes no spans: then the
caller names the proxy, and what comes next is seen as the proxy's call.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import Tree

Peer = Callable[[Span], str]  # whom a span of a caller names; "" where nobody knows
_ASKS = frozenset({Kind.CLIENT, Kind.PRODUCER})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """`caller` calls `callee`; `message`: it leaves something for it, and does not wait."""

    caller: str
    callee: str
    message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Calls that were seen and never declared, and those that were declared and never seen."""

    undeclared: tuple[Edge, ...]
    unseen: tuple[Edge, ...]


def edges(tree: Tree, peer: Peer) -> frozenset[Edge]:
    """Every call of one trace between two different ones."""
    found: set[Edge] = set()
    for span in tree.spans:
        named = peer(span) if span.kind in _ASKS else ""
        if named:
            found.add(Edge(caller=span.service, callee=named))
        parent = tree.parent(span)
        if parent is None or parent.service == span.service:
            continue
        message = span.follows or span.kind is Kind.CONSUMER
        between = peer(parent) if parent.kind in _ASKS and not message else ""
        found.add(Edge(caller=between or parent.service, callee=span.service, message=message))
    return frozenset(each for each in found if each.caller != each.callee)


def working(tree: Tree) -> frozenset[str]:
    """The services that made spans of their own, all of them below the root."""
    whole = {tree.root.id, *tree.descendants(tree.root)}
    return frozenset(each.service for each in tree.spans if each.id in whole)


def named(tree: Tree, peer: Peer) -> frozenset[str]:
    """Whom callers below the root have named, whether or not they made spans."""
    whole = {tree.root.id, *tree.descendants(tree.root)}
    asked = (each for each in tree.spans if each.id in whole and each.kind in _ASKS)
    return frozenset(name for each in asked if (name := peer(each)))


def compared(seen: Iterable[Edge], declared: Iterable[Edge], within: Iterable[str]) -> Compared:
    """What differs. Only calls between those `within` the system count; messages are no calls."""
    own = frozenset(within)
    calls = {
        each for each in seen if not each.message and each.caller in own and each.callee in own
    }
    wanted = set(declared)
    return Compared(undeclared=tuple(sorted(calls - wanted)), unseen=tuple(sorted(wanted - calls)))
