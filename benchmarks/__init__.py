"""Figures that seatrial is held to. Nothing of the product may import from here.

A benchmark is a module with `run` and `table`; what other modules of the folder do is theirs.
"""

from typing import Any, Protocol


class Benchmark(Protocol):
    """What a module needs to be listed. The first line of its docstring is its title."""

    __doc__: str | None

    def run(self) -> dict[str, Any]:
        """Measure. What could not be measured is in the result, with the reason."""
        ...

    def table(self, result: dict[str, Any]) -> str:
        """The result in Markdown."""
        ...


class Telling(Protocol):
    """What a module may have besides: its figures that are held to no target."""

    def told(self, result: dict[str, Any]) -> dict[str, float | None]:
        """The figures that belong into the table of everything, by name; None: unknown."""
        ...
