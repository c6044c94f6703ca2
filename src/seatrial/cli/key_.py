"""`seatrial key`: the recovery key, to which the system itself is sealed."""

import datetime as dt
from pathlib import Path

import click

from seatrial.app import recovery_key
from seatrial.app.unclear import Unclear
from seatrial.cli import screen


@click.group("key")
def command() -> None:
    """Make the recovery key: what opens the backups of the system on another machine."""


@command.command("new")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where its secret half is written; a file that is not there yet.",
)
def new(out: Path) -> None:
    """Write a new key to FILE, and print the half that the file of the system names."""
    try:
        told = recovery_key.new(out, dt.datetime.now(dt.UTC))
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    screen.out().print(told)
    screen.err().print(
        "write it into seatrial.yaml, in the section `backup` that no store has:\n"
        f"  backup: {{recovery_key: {told}}}\n"
        f"and move {out} away from this machine, to where it outlives it: print it, or keep it with"
        " your other keys. Whoever has it opens every backup of the system; without it nobody does."
    )
