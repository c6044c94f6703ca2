"""`seatrial diff`: show what would change against what runs."""

import difflib
from pathlib import Path

import click
from rich.syntax import Syntax

from seatrial.app.apply import differences
from seatrial.app.files import FOLDER, FileChange, compare
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, source_text
from seatrial.contract.runtime import Change


@click.command("diff")
@file_option
@json_option
def command(file: Path, *, as_json: bool) -> None:
    """Show what `up` would change: files, and workloads with the reason. Changes nothing."""
    planned, changes = differences(file)
    files = [each for each in compare(planned) if each.change is not FileChange.KEEP]
    moved = [each for each in changes if each.change is not Change.KEEP]
    if as_json:
        screen.as_json(
            {
                "files": [{"path": each.path, "change": each.change.value} for each in files],
                "workloads": [
                    {"name": each.workload, "change": each.change.value, "reason": each.reason}
                    for each in moved
                ],
            }
        )
        return
    screen.problems(planned.problems, source=source_text)
    console = screen.out()
    for each in files:
        there = source_text(str(planned.folder / FOLDER / each.path)) or ""
        lines = difflib.unified_diff(
            there.splitlines(keepends=True),
            each.text.splitlines(keepends=True),
            f"now/{each.path}",
            f"planned/{each.path}",
        )
        console.print(Syntax("".join(lines).rstrip("\n"), "diff", background_color="default"))
    for one in moved:
        console.print(f"{one.change.value:<8} {one.workload:<24} {one.reason}")
    if not files and not moved:
        console.print("nothing would change")
