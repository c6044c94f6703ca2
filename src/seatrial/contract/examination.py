"""Examinations: tests of what is rendered, that an engine's own program carries out.

Nothing runs but that program: `promtool test rules`, `amtool config routes test`. Where a product
publishes a schema and no program, the files are held to that. What needs the system up is a drill
instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Look = Callable[[Mapping[str, str]], tuple[str, ...]]  # files to what is wrong with them


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
    is a program of `engine`. With `look` there is neither: it is pure, finds nothing wrong where
    the test is passed, and `by` is what it goes by. Each promise of the summary has a spoiled copy
    that breaks it alone.
    """

    name: str
    test: str
    requirements: tuple[str, ...]
    summary: str
    engine: str = ""
    files: Mapping[str, str] = field(hash=False)
    argv: tuple[str, ...] = ()
    spoiled: tuple[Spoiled, ...]
    look: Look | None = field(default=None, hash=False)
    by: str = ""

    @property
    def judge(self) -> str:
        """Who says whether the files are right: a program, or what they are held to."""
        return self.by or self.argv[0]

    @property
    def defect(self) -> str:
        """The defects of all spoiled copies, in a phrase."""
        return "; or ".join(each.defect for each in self.spoiled)
