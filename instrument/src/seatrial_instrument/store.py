"""A call of a store or of another service, as every hook makes it."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from seatrial_instrument.histogram import Histogram
from seatrial_instrument.span import Kind, Span, Value, current, name_of
from seatrial_instrument.telemetry import Telemetry


class Call:
    """A context manager around one call.

    It is always counted. It becomes a span only below another: what nobody asked for (a pool that
    looks after itself, a worker that waits for its next message) begins no trace.
    """

    __slots__ = ("_histogram", "_labels", "_name", "attributes", "error", "span")

    def __init__(
        self,
        histogram: Histogram,
        name: str,
        attributes: dict[str, Value],
        labels: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._histogram = histogram
        self._name = name
        self._labels = labels
        self.attributes = attributes
        self.error = ""
        self.span: Span | None = None

    def __enter__(self) -> Self:
        parent = current.get()
        if parent is None:
            # only a clock: it is not sampled, and never the current one
            self.span = Span(self._name, Kind.CLIENT, None, "", False, None)  # noqa: FBT003
            return self
        self.span = parent.child(self._name, Kind.CLIENT).begin()
        if self.span.sampled:
            self.span.attributes = self.attributes
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        span = self.span
        if span is None:
            return
        if kind is not None:
            self.error = self.error or name_of(kind)
        span.error = self.error
        self._histogram.observe(self._histogram.series(self._labels(self.error)), span.stop(), span)
        span.end()

    def forget(self) -> None:
        """Nothing of it is told or counted: it was not worth it."""
        span = self.span
        if span is not None:
            span.sampled = False
            span.end()


def store_call(
    telemetry: Telemetry,
    system: str,
    operation: str,
    *,
    summary: str = "",
    attributes: dict[str, Value] | None = None,
) -> Call:
    """A call of a database: `summary` names the span, `attributes` add to it."""
    given: dict[str, Value] = {
        "db.system.name": system,
        "db.operation.name": operation,
        **(attributes or {}),
    }
    return Call(
        telemetry.store,
        summary or operation,
        given,
        lambda error: (system, operation, error),
    )
