"""Where words go: data on stdout, progress and problems on stderr; plain off a terminal."""

import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from seatrial.cli.codes import BAD_INPUT, INTERRUPTED, NOT_READY, READY, UNDETERMINED
from seatrial.cli.streams import as_json, nobody_reads
from seatrial.contract.runtime import RuntimeFailure
from seatrial.system.mask import caret, shown_lines
from seatrial.system.printable import printable
from seatrial.system.problem import Place, Problem, Severity

__all__ = [
    "BAD_INPUT",
    "INTERRUPTED",
    "NOT_READY",
    "READY",
    "UNDETERMINED",
    "as_json",
    "columns",
    "diff",
    "err",
    "failure",
    "narrow",
    "next_step",
    "nobody_reads",
    "out",
    "problem_document",
    "problems",
    "table",
    "warned",
]
_TERMINAL, _NO_TERMINAL = 80, 200  # columns, where nobody tells how many there are
_DIFF = {"+": "green", "-": "red", "@@": "cyan"}
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class _Plain(Console):
    """A console that takes texts as they are: brackets and colons are the user's, not ours.

    What would steer the terminal is not taken: lines of logs, names of spans and findings in files
    are others' words. So it is kept out here, where all of them pass.
    """

    def __init__(self, stream: str, **options: Any) -> None:
        """`stream` is stdout or stderr."""
        self._stream = stream
        super().__init__(
            stderr=stream == "stderr", highlight=False, markup=False, emoji=False, **options
        )

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """As rich does, without its trust; its own colours are no part of a text."""
        for each in super().render(renderable, options):
            told = each.text if each.control else printable(each.text, keep="\n")
            yield each if told == each.text else Segment(told, each.style)

    def on_broken_pipe(self) -> None:
        """Go on: who reads no further changes nothing about what is done or judged."""
        nobody_reads(getattr(sys, self._stream))


def out() -> Console:
    """The console for data: as wide as COLUMNS says, else as the terminal is."""
    other = (_TERMINAL if sys.stdout.isatty() else _NO_TERMINAL, 0)
    return _Plain("stdout", width=shutil.get_terminal_size(other).columns)


def err() -> Console:
    """The console for progress and problems."""
    return _Plain("stderr", soft_wrap=True)


def narrow() -> bool:
    """Whether stdout has no room for a wide table."""
    return out().width < _TERMINAL


def table(*header: str, whole: Collection[str] = (), edge: bool = True) -> Table:
    """A table of which nothing is cut off: too long words go on in the next line.

    Columns whose headers are `whole` are as wide as their words.
    """
    made = Table(box=None, pad_edge=edge)
    for each in header:
        made.add_column(each, overflow="fold", no_wrap=each in whole)
    return made


def diff(console: Console, lines: Iterable[str]) -> None:
    """A unified diff; no line of it is cut off, however narrow the terminal is."""
    for line in lines:
        style = next((style for mark, style in _DIFF.items() if line.startswith(mark)), "")
        console.print(Text(line.rstrip("\n"), style=style), soft_wrap=True)


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns on stdout, the last one as long as it is.

    A thousand services make ten thousand rows, which rich's tables take seconds to wrap.
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)][:-1]
    pad = [*(f"{{:<{width}}}" for width in widths), "{}"]
    form = "  ".join(pad).format
    lines = (form(*row).rstrip() for row in (header, *rows))
    out().out("\n".join(lines), highlight=False)


def count(number: int, word: str) -> str:
    """So many of something: `1 service`, `2 services`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def problems(found: Iterable[Problem], *, source: Callable[[str], str | None]) -> None:
    """Each problem with its line and a caret; `source` gives a file's text, or None.

    What may be a secret is masked in the line, whatever the problem is about.
    """
    console = err()
    files: dict[str, tuple[list[str], tuple[str | None, ...]]] = {}
    for each in found:
        style = _STYLE[each.severity]
        line = Text()
        if each.place is not None:
            line.append(f"{each.place} ", style="bold")
        line.append(f"{each.severity.value} {each.code} ", style=style)
        line.append(f"{each.summary}; {each.cure}")
        console.print(line)
        if each.place is not None:
            if each.place.file not in files:
                text = source(each.place.file) or ""
                files[each.place.file] = (text.splitlines(), shown_lines(text))
            _caret(console, each.place, *files[each.place.file], style)


def warned(checked: Collection[Problem], rendered: Collection[Problem] = ()) -> None:
    """A line on what `check` and `plan` show in full, for commands that are about something else.

    `rendered` are warnings that `check`, which renders nothing, cannot know.
    """
    for command, found in (("check", checked), ("plan", rendered)):
        if number := len(found):
            them = "it" if number == 1 else "them"
            err().print(f"{count(number, 'warning')}; `seatrial {command}` shows {them}")


def _caret(
    console: Console,
    place: Place,
    written: Sequence[str],
    shown: Sequence[str | None],
    style: str,
) -> None:
    if not 0 < place.line <= len(written):
        return
    line = shown[place.line - 1]
    if line is None:
        return
    column = caret(written[place.line - 1].replace("\t", " "), line, place.column)
    console.print(Text(f"    {line}", style="dim"))
    console.print(Text("    " + " " * (column - 1) + "^", style=style))


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem for programs."""
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "summary": problem.summary,
        "cure": problem.cure,
    }


def failure(found: RuntimeFailure, *, code: int = UNDETERMINED) -> NoReturn:
    """Say what failed outside, its last log lines and the cure, and exit."""
    console = err()
    console.print(Text.assemble(("error ", "bold red"), found.summary))
    for line in found.logs:
        console.print(Text(f"    {line}", style="dim"))
    if found.cure:
        console.print(Text.assemble(("cure  ", "bold"), found.cure))
    sys.exit(code)


def next_step(command: str, why: str) -> None:
    """Suggest the next command, on a terminal only."""
    if sys.stderr.isatty() and not os.environ.get("SEATRIAL_QUIET"):
        err().print(Text.assemble(("next  ", "bold"), (command, "cyan"), f"  {why}"))
