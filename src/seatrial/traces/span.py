"""A span: one piece of work of one service, as OpenTelemetry describes it.

Instants and durations are whole microseconds, so that parts add up exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Which side of a call a span is (OpenTelemetry's SpanKind)."""

    CLIENT = "client"
    SERVER = "server"
    PRODUCER = "producer"
    CONSUMER = "consumer"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span.

    `start` and `end` are microseconds since the epoch, on the clock of the service that made it.
    `parent` is the id of the span that caused it, "" for a root. `follows`: it only follows from
    that one, which did not wait for it. `replica` tells the service's instances apart.
    """

    trace: str
    id: str
    service: str
    operation: str
    start: int
    end: int
    parent: str = ""
    kind: Kind = Kind.INTERNAL
    follows: bool = False
    error: bool = False
    replica: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts. Raises ValueError."""
        if self.end < self.start:
            raise ValueError(f"span {self.id} ends before it starts")

    @property
    def duration(self) -> int:
        """Microseconds."""
        return self.end - self.start
