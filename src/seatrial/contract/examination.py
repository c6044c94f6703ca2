"""Examinations: tests of what is rendered, that an engine's own program carries out.

Nothing runs but that program: `promtool test rules`, `amtool config routes test`. What needs the
system up is a drill instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    """A control of the examination: with these files instead, the program must object."""

    defect: str
    files: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One test of the configuration: passed when the program ends with status 0.

    `name` reads as a path (`rules/api/ServiceDown`), `test` is the kind of shipped test (`T1`),
    `files` maps paths to texts, laid out in an empty folder in which `argv` runs; its first word
    is a program of `engine`. Each promise of the summary has a spoiled copy that breaks it alone.
    """

    name: str
    test: str
    requirements: tuple[str, ...]
    summary: str
    engine: str
    files: Mapping[str, str] = field(hash=False)
    argv: tuple[str, ...]
    spoiled: tuple[Spoiled, ...]

    @property
    def defect(self) -> str:
        """The defects of all spoiled copies, in a phrase."""
        return "; or ".join(each.defect for each in self.spoiled)
