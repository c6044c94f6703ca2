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
