"""The spans of one trace as a tree, with what is wrong with them told and not repaired."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seatrial.traces.span import Kind, Span

TOLERANCE = 1000  # microseconds: what the clocks of two services may differ by and not be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """A clock that disagrees with its caller's by at least `least` microseconds."""

    span: Span
    parent: Span
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One trace.

    `roots` are the spans without a parent among them: one where the trace is whole. `orphans` are
    those of the roots that name a parent which is not there. `children` are by start.
    """

    spans: tuple[Span, ...]
    roots: tuple[Span, ...]
    orphans: tuple[Span, ...]
    by_id: Mapping[str, Span] = field(hash=False)
    children: Mapping[str, tuple[Span, ...]] = field(hash=False)

    @property
    def root(self) -> Span:
        """Where the trace begins: a root that is no orphan, and of several the longest."""
        return min(self.roots, key=lambda each: (bool(each.parent), -each.duration, each.id))

    def below(self, span: Span) -> tuple[Span, ...]:
        """Its children."""
        return self.children.get(span.id, ())

    def parent(self, span: Span) -> Span | None:
        """Its parent, where it is there."""
        return self.by_id.get(span.parent)

    def descendants(self, span: Span) -> frozenset[str]:
        """The ids of everything below it."""
        found: set[str] = set()
        waiting = [span]
        while waiting:
            for each in self.below(waiting.pop()):
                found.add(each.id)
                waiting.append(each)
        return frozenset(found)

    def self_time(self, span: Span) -> int:
        """Microseconds in which it ran and none of its children did."""
        covered, until = 0, span.start
        for each in self.below(span):  # by start
            start, end = max(each.start, until), min(each.end, span.end)
            if end > start:
                covered += end - start
                until = end
        return span.duration - covered

    def skews(self) -> tuple[Skew, ...]:
        """Spans whose clock cannot be their caller's, the worst first.

        Nothing begins before what caused it; and what answers a call is within the call, where it
        is not longer. A server that only ends later than its client may have been given up.
        """
        found: list[Skew] = []
        for span in self.spans:
            parent = self.by_id.get(span.parent)
            if parent is None or parent.service == span.service:
                continue
            least = parent.start - span.start
            answers = parent.kind is Kind.CLIENT and span.kind is Kind.SERVER
            if answers and span.start > parent.end:
                least = span.end - parent.end
            if least > TOLERANCE:
                found.append(Skew(span=span, parent=parent, least=least))
        return tuple(sorted(found, key=lambda each: (-each.least, each.span.id)))


def tree(spans: Iterable[Span]) -> Tree:
    """The tree of one trace's spans, in whatever order they came; a span sent twice is one.

    A span that is its own ancestor loses its parent: no clock of any trace runs in a circle.
    Raises ValueError without a span.
    """
    by_id: dict[str, Span] = {}
    for each in sorted(spans, key=lambda one: (one.start, -one.end, one.id)):
        by_id.setdefault(each.id, each)
    if not by_id:
        raise ValueError("a trace without a span")
    heads = _heads(by_id)
    children: dict[str, list[Span]] = {}
    roots: list[Span] = []
    for each in by_id.values():
        if each.id in heads:
            roots.append(each)
        else:
            children.setdefault(each.parent, []).append(each)
    return Tree(
        spans=tuple(by_id.values()),
        roots=tuple(roots),
        orphans=tuple(each for each in roots if each.parent),
        by_id=by_id,
        children={key: tuple(each) for key, each in children.items()},
    )


def _heads(by_id: Mapping[str, Span]) -> frozenset[str]:
    """The ids of the roots: no parent, one that is not there, or the first seen of a circle."""
    heads: set[str] = set()
    settled: set[str] = set()
    for first in by_id:
        way: list[str] = []
        seen: set[str] = set()
        at = first
        while at in by_id and at not in settled and at not in seen:
            way.append(at)
            seen.add(at)
            at = by_id[at].parent
        if at in seen or (way and at not in by_id):
            heads.add(way[-1])
        settled |= seen
    return frozenset(heads)
