"""The critical path: which span the end of the trace was waiting for, at each instant.

Walked from the end to the start. At each span, the child that ended last before the instant is
what it waited for; between children it worked itself. The parts cover the root from its start to
its end without a gap or an overlap, so that their durations add up to the root's exactly.

What a span did not wait for is not on its path: a child that only follows from it, that takes a
message, or that outlives it. One that outlives its parent counts at the nearest ancestor that still
ran when it ended. Messages count in a span that is marked with WAITS: it asks again and again until
their work is done, and its polls say nothing of why that took so long. Of work that goes on after
it, what was over by then counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seatrial.traces.span import Kind, Span
from seatrial.traces.tree import Tree

WAITS = "seatrial.waits"  # attribute of a span that waits for asynchronous work


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """From `start` to `end` (microseconds since the epoch) the trace waited for `span` itself.

    `queued`: not for its work, but for somebody to begin with it.
    """

    span: Span
    start: int
    end: int
    queued: bool = False

    @property
    def duration(self) -> int:
        """Microseconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waited:
    """Which spans each span waited for, and those that take messages."""

    children: Mapping[str, list[Span]]
    messages: tuple[Span, ...]


@dataclass(slots=True, kw_only=True)
class _Visit:
    """A span being walked from `at` back to `low`, with what it may have waited for, by end.

    `high` is where the walk began. `adopted` are the messages that it waits for, `then` is the
    child that begins at `at`.
    """

    span: Span
    low: int
    high: int
    at: int
    waiting: list[Span]
    adopted: frozenset[str]
    then: Span | None = None

    def last(self) -> Span | None:
        """The child that ended last before the instant: what began then had waited for it."""
        while self.waiting:
            child = self.waiting.pop()
            end = min(child.end, self.high)
            if self.low < end <= self.at and child.start < self.at:
                return child
        return None

    def own(self, since: int) -> Part:
        """From that instant to `at` it worked itself, or a message lay in its queue."""
        if self.then is not None and self.then.id in self.adopted:
            return Part(span=self.then, start=since, end=self.at, queued=True)
        return Part(span=self.span, start=since, end=self.at)


def critical_path(tree: Tree, root: Span | None = None) -> tuple[Part, ...]:
    """The parts of the root (the trace's, unless another span is given), in order of time."""
    top = root or tree.root
    waited = _waited(tree, top)
    stack = [_visit(top, top.start, top.end, waited, frozenset())]
    found: list[Part] = []
    while stack:
        here = stack[-1]
        child = here.last()
        if child is None:
            _add(found, here.own(here.low))
            stack.pop()
            continue
        start, end = max(child.start, here.low), min(child.end, here.high)
        _add(found, here.own(end))
        here.at, here.then = start, child
        under_way = frozenset(each.span.id for each in stack)
        stack.append(_visit(child, start, end, waited, under_way))
    found.reverse()
    return tuple(found)


def _add(found: list[Part], part: Part) -> None:
    """Add what comes before the last one; with it, where it is of the same span."""
    if part.end == part.start:
        return
    if found and (found[-1].span.id, found[-1].queued) == (part.span.id, part.queued):
        part = Part(span=part.span, start=part.start, end=found.pop().end, queued=part.queued)
    found.append(part)


def _visit(span: Span, low: int, high: int, waited: _Waited, under_way: frozenset[str]) -> _Visit:
    """The walk of a span begins; those `under_way` are being walked, and wait for nothing again."""
    children = waited.children.get(span.id, [])
    adopted: list[Span] = []
    if WAITS in span.attributes:
        others = [each for each in waited.messages if each.id not in under_way]
        clipped = (_until(each, waited, high) for each in others)
        adopted = [each for each in clipped if each is not None and low < each.end]
    if adopted:
        done = max(each.end for each in adopted)
        children = [*adopted, *(each for each in children if each.start >= done)]
    return _Visit(
        span=span,
        low=low,
        high=high,
        at=high,
        waiting=sorted(children, key=lambda each: (min(each.end, high), -each.start, each.id)),
        adopted=frozenset(each.id for each in adopted),
    )


def _until(message: Span, waited: _Waited, high: int) -> Span | None:
    """The work of a message as far as it was waited for; None where none of it was.

    What goes on when nobody waits any more (it acknowledges the message) ends with the last part of
    it that was over by then.
    """
    if message.end <= high:
        return message
    ends = [each.end for each in waited.children.get(message.id, []) if each.end <= high]
    end = max(ends, default=message.start)
    return replace(message, end=end) if end > message.start else None


def _waited(tree: Tree, top: Span) -> _Waited:
    """Who waited for whom below the top."""
    children: dict[str, list[Span]] = {}
    messages: list[Span] = []
    for name in sorted(tree.descendants(top)):
        span = tree.by_id[name]
        if span.follows or span.kind is Kind.CONSUMER:
            messages.append(span)
        elif (waiter := _waiter(tree, span, top)) is not None:
            children.setdefault(waiter.id, []).append(span)
    return _Waited(children=children, messages=tuple(messages))


def _waiter(tree: Tree, span: Span, top: Span) -> Span | None:
    """The nearest ancestor that still ran when the span ended.

    Of an answer to a call it is the caller, whatever the clocks say: a server ends when its last
    byte has been sent, and a caller may have given up.
    """
    at = tree.parent(span)
    if at is not None and at.kind is Kind.CLIENT and span.kind is Kind.SERVER:
        return at
    while at is not None and at.end < span.end:
        if at.id == top.id:
            return None
        at = tree.parent(at)
    return at
