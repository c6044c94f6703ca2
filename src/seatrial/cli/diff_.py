"""`seatrial diff`: show what would change against what runs."""

import difflib
from collections.abc import Collection
from pathlib import Path

import click

from seatrial.app.apply import differences
from seatrial.app.files import FOLDER, FileChange, FilePlan, compare
from seatrial.app.plan import Plan
from seatrial.cli import screen
from seatrial.cli.edited import edited
from seatrial.cli.where import file_option, json_option, source_text
from seatrial.contract.runtime import Change, Planned


@click.command("diff")
@file_option
@json_option
def command(file: Path, *, as_json: bool) -> None:
    """Show what `up` would change: files, and workloads with the reason. Changes nothing."""
    found = differences(file)
    planned = found.planned
    files = [each for each in compare(planned) if each.change is not FileChange.KEEP]
    moved = [each for each in found.changes if each.change is not Change.KEEP]
    if as_json:
        screen.as_json(_document(files, moved))
        return
    screen.warned(planned.checked, planned.rendered)
    if found.left is not None:
        screen.err().print(f"{found.left.summary}; {found.left.cure}")
    moving = {each.workload for each in moved}
    # what no workload that changes runs on is missed by nobody but who reads it
    missing = [
        each for each in files if each.change is FileChange.CREATE and each.workload not in moving
    ]
    edited(screen.out(), files, FOLDER, "seatrial up --overwrite")
    _differ(planned, [each for each in files if each not in missing])
    if missing:
        lacking = screen.count(len(missing), "file")
        screen.out().print(f"{FOLDER}/ lacks {lacking} that nothing waits for; `up` writes them")
    for one in moved:
        screen.out().print(f"{one.change.value:<8} {one.workload:<24} {one.reason}")
    if not moved:
        screen.out().print(f"nothing {'that runs ' if files else ''}would change")


def _differ(planned: Plan, files: Collection[FilePlan]) -> None:
    for each in files:
        there = source_text(str(planned.folder / FOLDER / each.path)) or ""
        lines = difflib.unified_diff(
            there.splitlines(keepends=True),
            each.text.splitlines(keepends=True),
            f"now/{each.path}",
            f"planned/{each.path}",
        )
        screen.diff(screen.out(), lines)


def _document(files: Collection[FilePlan], moved: Collection[Planned]) -> dict[str, object]:
    return {
        "files": [{"path": each.path, "change": each.change.value} for each in files],
        "workloads": [
            {"name": each.workload, "change": each.change.value, "reason": each.reason}
            for each in moved
        ],
    }
