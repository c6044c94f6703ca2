"""One piece of work with a begin and an end. The only values here that change are open spans."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from enum import IntEnum
from types import TracebackType
from typing import Protocol, Self

from seatrial_instrument import ids
from seatrial_instrument.trace_context import TraceContext

Value = str | bool | int | float
_MOST_ATTRIBUTES = 128


class Kind(IntEnum):
    """SpanKind of OTLP."""

    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


class Ended(Protocol):
    """Where a recorded span goes when it is over. Must neither block nor raise."""

    def put(self, span: "Span") -> None:
        """Take the span."""


class Span:
    """A context manager that is the current span meanwhile. An exception makes it an error.

    `prepared` is a part of its attributes that is encoded already; `error` is empty, or a low
    number of kinds of trouble: the name of an exception, a status code. `begun` is Unix time in
    ns; `taken` its duration in ns, known at the end.
    """

    __slots__ = (
        "_clock",
        "_end",
        "_token",
        "attributes",
        "begun",
        "error",
        "kind",
        "name",
        "parent_id",
        "prepared",
        "sampled",
        "span_id",
        "state",
        "taken",
        "trace_id",
    )

    def __init__(  # noqa: PLR0917 - positional, as made for each request
        self,
        name: str,
        kind: int,
        parent: "Span | TraceContext | None",
        trace_id: str,
        sampled: bool,  # noqa: FBT001 - as above
        end: Ended | None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.trace_id = trace_id
        self.span_id = ids.span_id()
        self.sampled = sampled
        if parent is None:
            self.parent_id = self.state = ""
        else:
            self.parent_id = parent.span_id
            self.state = parent.state
        self.attributes: dict[str, Value] | None = None
        self.prepared = self.error = ""
        self.taken = 0
        self._end = end
        self._token: Token[Span | None] | None = None
        self.begun = time.time_ns()
        self._clock = time.perf_counter_ns()

    def set(self, key: str, value: Value) -> None:
        """Set an attribute; at most 128 of them. Nothing personal, nothing secret."""
        if self.sampled:
            if self.attributes is None:
                self.attributes = {}
            if len(self.attributes) < _MOST_ATTRIBUTES or key in self.attributes:
                self.attributes[key] = value

    def fail(self, kind: str) -> None:
        """Make it an error, of a kind with few values: never a message."""
        self.error = kind

    def stop(self) -> float:
        """Stop its clock; the seconds that it took. `end` stops it where nobody has."""
        self.taken = time.perf_counter_ns() - self._clock
        return self.taken / 1e9

    def child(self, name: str, kind: int) -> "Span":
        """A span below this one, in this process."""
        return Span(name, kind, self, self.trace_id, self.sampled, self._end)

    def begin(self) -> Self:
        """Make it the current one."""
        self._token = current.set(self)
        return self

    def end(self) -> None:
        """Hand it on, and make its parent current again."""
        if not self.taken:
            self.stop()
        if self._token is not None:
            try:  # noqa: SIM105 - half the price of `suppress`, paid by each request
                current.reset(self._token)
            except ValueError:
                pass  # ended in another task than begun in: there it is not the current one
            self._token = None
        if self.sampled and self._end is not None:
            self._end.put(self)

    def __enter__(self) -> Self:
        return self.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and not self.error and not issubclass(kind, GeneratorExit):
            self.error = name_of(kind)
        self.end()


current: ContextVar[Span | None] = ContextVar("seatrial_instrument_span", default=None)


def name_of(kind: type[BaseException]) -> str:
    """An exception's name as `error.type` has it: with its module, unless that is Python's own."""
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


@contextmanager
def part(name: str, attributes: Mapping[str, Value] | None = None) -> Iterator[Span | None]:
    """A part of the current span's work, as a span; nothing where there is none."""
    parent = current.get()
    if parent is None:
        yield None
        return
    with parent.child(name, Kind.INTERNAL) as span:
        if attributes and span.sampled:
            span.attributes = dict(attributes)
        yield span
