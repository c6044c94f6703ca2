"""`seatrial test`: run the tests that seatrial ships for your system."""

import sys
import time
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from seatrial.app.shipped import Case, shipped
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option
from seatrial.contract.evidence import Verdict

_KINDS = {"T1": "configuration", "T2": "integration"}
_MARKS = {
    Verdict.PROVEN: ("PASSED", ".", "green"),
    Verdict.FAILED: ("FAILED", "F", "bold red"),
    Verdict.UNKNOWN: ("UNKNOWN", "?", "yellow"),
}


class _Lines:
    """Results as they come: a line for each test, or a row of marks for each group."""

    def __init__(self, console: Console, *, verbose: bool) -> None:
        self._console = console
        self._verbose = verbose
        self._group = ""

    def show(self, case: Case) -> None:
        word, mark, style = _MARKS[case.verdict]
        if self._verbose:
            line = Text(f"{case.kind}::{case.name} ")
            line.append(word, style=style)
            line.append(f"  {case.seconds:.2f} s", style="dim")
            self._console.print(line)
            return
        group = f"{case.kind}::{case.name.rpartition('/')[0]}"
        if group != self._group:
            self.end()
            self._console.print(f"{group:<44} ", end="", highlight=False)
            self._group = group
        self._console.print(Text(mark, style=style), end="")

    def end(self) -> None:
        if self._group:
            self._console.print()
        self._group = ""


@click.command("test")
@file_option
@json_option
@click.option("-v", "--verbose", is_flag=True, help="A line for each test.")
@click.argument("names", nargs=-1)
def command(file: Path, *, as_json: bool, verbose: bool, names: tuple[str, ...]) -> None:
    """Run the tests that seatrial ships for your system.

    T1 makes every alert fire and clear in promtool and asks amtool where every alert goes; nothing
    has to be up. T2 looks at the whole stack as it runs. NAMES limit it to kinds (`T1`) or to
    tests whose names begin so (`rules/api`).
    """
    began = time.monotonic()
    cases: list[Case] = []
    lines = _Lines(screen.err() if as_json else screen.out(), verbose=verbose)

    def done(case: Case) -> None:
        cases.append(case)
        lines.show(case)

    planned = shipped(file, only=names, done=done)
    lines.end()
    if as_json:
        screen.as_json([asdict(each) for each in cases])
    else:
        screen.warned(planned.checked, planned.rendered)
        _failures(cases)
        _summary(cases, time.monotonic() - began)
    if not cases:
        raise click.UsageError(
            f"no test begins with {', '.join(names)}; `seatrial test -v` names them all"
        )
    sys.exit(_exit(cases))


def _failures(cases: list[Case]) -> None:
    console = screen.out()
    for each in cases:
        if each.verdict is Verdict.PROVEN:
            continue
        word, _, style = _MARKS[each.verdict]
        head = Text(f"\n{each.kind}::{each.name} ")
        head.append(word, style=style)
        console.print(head)
        console.print(Text(f"    {each.summary}"))
        console.print(Text(f"    {each.reason}"))
        for line in each.output:
            console.print(Text(f"      {line}", style="dim"))


def _summary(cases: list[Case], seconds: float) -> None:
    parts = []
    for kind, title in _KINDS.items():
        own = [each for each in cases if each.kind == kind]
        for verdict, (word, _, _) in _MARKS.items():
            count = sum(each.verdict is verdict for each in own)
            if count:
                parts.append(f"{count} {word.lower()} ({kind} {title})")
    style = "green" if _exit(cases) == screen.READY else "bold red"
    screen.out().print(Text(f"\n{', '.join(parts)} in {seconds:.1f} s", style=style))


def _exit(cases: list[Case]) -> int:
    verdicts = {each.verdict for each in cases}
    if Verdict.FAILED in verdicts:
        return screen.NOT_READY
    return screen.READY if verdicts == {Verdict.PROVEN} else screen.UNDETERMINED
