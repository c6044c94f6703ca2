"""Where words go: data on stdout, progress and problems on stderr; plain off a terminal."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from rich.console import Console
from rich.text import Text

from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.system.problem import Problem, Severity

READY, NOT_READY, BAD_INPUT, UNDETERMINED, INTERRUPTED = 0, 1, 2, 3, 130
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def out() -> Console:
    """The console for data."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def err() -> Console:
    """The console for progress and problems."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def as_json(document: Any) -> None:
    """Data for programs."""
    sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")


def problems(found: Iterable[Problem], *, source: Callable[[str], str | None]) -> None:
    """Each problem with its line and a caret; `source` gives a file's text, or None."""
    console = err()
    for each in found:
        style = _STYLE[each.severity]
        line = Text()
        if each.place is not None:
            line.append(f"{each.place} ", style="bold")
        line.append(f"{each.severity.value} {each.code} ", style=style)
        line.append(f"{each.summary}; {each.cure}")
        console.print(line)
        _caret(console, each, source, style)


def _caret(
    console: Console, problem: Problem, source: Callable[[str], str | None], style: str
) -> None:
    if problem.place is None:
        return
    text = source(problem.place.file)
    lines = text.splitlines() if text else []
    if not 0 < problem.place.line <= len(lines):
        return
    written = lines[problem.place.line - 1].replace("\t", " ")
    if len(written) > 160:  # noqa: PLR2004 - a line that long hides its caret anyway
        return
    console.print(Text(f"    {written}", style="dim"))
    console.print(Text("    " + " " * (problem.place.column - 1) + "^", style=style))


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


class Steps:
    """Progress lines on stderr: one when a step ends, with its duration; no spinner."""

    def __init__(self) -> None:
        """Start the clock."""
        self._console = err()
        self._began = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Show a step; one that still runs is shown on a terminal only."""
        if progress.done is None:
            return
        mark = Text("  ok    ", style="green") if progress.done else Text("  FAIL  ", style="red")
        mark.append(f"{progress.subject:<28}", style="bold")
        mark.append(f"{progress.phase:<10}")
        mark.append(f"{progress.seconds:6.1f} s  ", style="dim")
        mark.append(progress.detail)
        self._console.print(mark)

    def total(self, what: str) -> None:
        """The last line: what was done and how long it took."""
        took = time.monotonic() - self._began
        self._console.print(Text(f"{what} in {took:.1f} s", style="bold"))
