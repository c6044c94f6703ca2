"""Hand-made spans, in milliseconds, and random traces."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from seatrial.traces.path import WAITS
from seatrial.traces.span import Kind, Span

MS = 1000


def span(name: str, start: float, end: float, parent: str = "", **more: Any) -> Span:
    """A span named `service` or `service:operation`, whose id is its name."""
    service, _, operation = name.partition(":")
    return Span(
        trace=more.pop("trace", "t"),
        id=more.pop("id", name),
        service=service,
        operation=operation or "work",
        start=round(start * MS),
        end=round(end * MS),
        parent=parent,
        **more,
    )


@st.composite
def traces(draw: st.DrawFn) -> tuple[Span, ...]:
    """Any spans at all: parallel, asynchronous, skewed, in a circle, of a parent that is lost."""
    count = draw(st.integers(1, 14))
    found = []
    for each in range(count):
        start = draw(st.integers(0, 200))
        found.append(
            Span(
                trace="t",
                id=str(each),
                service=draw(st.sampled_from("abc")),
                operation=draw(st.sampled_from("xyz")),
                start=start,
                end=start + draw(st.integers(0, 200)),
                parent=draw(st.sampled_from(["", "lost", *map(str, range(count))])),
                kind=draw(st.sampled_from(Kind)),
                follows=draw(st.booleans()),
                error=draw(st.booleans()),
                attributes={WAITS: "true"} if draw(st.booleans()) else {},
            )
        )
    return tuple(found)
