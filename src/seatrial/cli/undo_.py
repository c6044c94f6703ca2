"""`seatrial undo`: undo every fault that is still in place."""

from pathlib import Path

import click

from seatrial.cli import screen
from seatrial.cli.running import system_option, what_runs
from seatrial.cli.where import file_option


@click.command("undo")
@file_option
@system_option
def command(file: Path, *, system: str | None) -> None:
    """Undo every injected fault that is still in place, after a crash for example."""
    runtime, _ = what_runs(file, system)
    with runtime.locked("undo"):  # a proof that runs undoes its own
        undone = runtime.undo_all()
    for each in undone:
        screen.out().print(each)
    if not undone:
        screen.out().print("nothing to undo: no fault is in place")
