"""`seatrial init`: write a first seatrial.yaml."""

import shlex
import sys
from pathlib import Path

import click

from seatrial.app import init
from seatrial.cli import screen


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--name", help="The system's name; the folder's by default.")
@click.option("--force", is_flag=True, help="Replace the file; the old one is kept beside it.")
def command(folder: Path, *, name: str | None, force: bool) -> None:
    """Write a first seatrial.yaml into FOLDER (here by default).

    It passes `seatrial check` as it is and can be started at once. A file that is already there
    is left alone.
    """
    if name is None:
        name = init.suggested(folder)
        if sys.stdin.isatty() and sys.stderr.isatty():
            name = click.prompt("The system's name", default=name, err=True)
    begun = init.begin(folder, name, force=force)
    if begun.kept is not None:
        screen.err().print(f"kept the old file as {begun.kept}")
    screen.err().print(f"wrote {begun.file} for the system {begun.name}")
    # Shown off a terminal, too: the next command is what `init` has to tell.
    here = folder.resolve() == Path.cwd()
    option = "" if here else f" -f {shlex.quote(str(begun.file))}"
    click.echo(f"seatrial check{option}")
