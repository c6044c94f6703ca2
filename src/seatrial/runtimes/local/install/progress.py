"""What an installation tells while it works."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of one engine (`engine` is "" for all of them).

    `source` is where it is tried from (`path`, `release`, `debian-trixie`, `go`, ...), `step` a
    short phrase in the present ("unpacking"). `ended` marks the last message about an engine.
    """

    engine: str
    source: str
    step: str
    ended: bool = False


Tell = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """For callers who do not watch."""
