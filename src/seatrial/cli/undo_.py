"""`seatrial undo`: undo every fault that is still in place."""

from pathlib import Path

import click

from seatrial.app.environment import open_runtime
from seatrial.cli import screen
from seatrial.cli.where import file_option, must_be_there


@click.command("undo")
@file_option
def command(file: Path) -> None:
    """Undo every injected fault that is still in place, after a crash for example."""
    must_be_there(file)
    runtime = open_runtime(file)
    with runtime.locked("undo"):  # a proof that runs undoes its own
        undone = runtime.undo_all()
    for each in undone:
        screen.out().print(each)
    if not undone:
        screen.out().print("nothing to undo: no fault is in place")
