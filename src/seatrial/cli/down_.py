"""`seatrial down`: stop and remove everything that up started."""

import sys
from pathlib import Path

import click

from seatrial.app import apply
from seatrial.cli.steps import Steps
from seatrial.cli.where import file_option, must_be_there


@click.command("down")
@file_option
@click.option("--purge", is_flag=True, help="Remove the data of stores, too.")
@click.option("--yes", is_flag=True, help="Do not ask before data is removed.")
def command(file: Path, *, purge: bool, yes: bool) -> None:
    """Stop and remove every process, mount, rule, socket and file that `up` made.

    Data of durable stores stays unless --purge is given.
    """
    must_be_there(file)
    if purge and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("--purge removes the data of stores; confirm it with --yes")
        click.confirm("Remove the data of every store of this system?", abort=True, err=True)
    with Steps() as steps:
        apply.down(file, purge=purge, progress=steps)
    steps.total("down: nothing is left" + ("" if purge else " but the data of durable stores"))
