"""`seatrial init`: write a first seatrial.yaml, from nothing or from what others wrote."""

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
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, readable=False),
    metavar="PATH",
    help="Bring in a Compose file, or a folder that has one; a file that is there is merged.",
)
@click.option("--owner", help="With --from: the team that answers for what is new.")
@click.option("--yes", is_flag=True, help="With --from: ask nothing, take the defaults.")
@click.option("--full", is_flag=True, help="With --from: every line of the loss report.")
@click.option("--json", "as_json", is_flag=True, help="With --from: print data for programs.")
def command(
    folder: Path,
    *,
    name: str | None,
    force: bool,
    source: Path | None,
    owner: str | None,
    yes: bool,
    full: bool,
    as_json: bool,
) -> None:
    """Write a first seatrial.yaml into FOLDER (here by default).

    It passes `seatrial check` as it is and can be started at once. A file that is already there
    is left alone; with --from, what is new is added to it, and what you wrote in it stays.
    """
    if source is not None:
        if force:
            raise click.UsageError("--force and --from do not go together: --from merges")
        from seatrial.cli import bring  # noqa: PLC0415 - the importers are not needed otherwise

        bring.run(
            bring.Asked(
                folder=folder,
                source=source,
                name=name,
                owner=owner,
                ask=not yes and not as_json and sys.stdin.isatty() and sys.stderr.isatty(),
                full=full,
                as_json=as_json,
            )
        )
    elif owner is not None or yes or full or as_json:
        raise click.UsageError("--owner, --yes, --full and --json go with --from")
    else:
        _begin(folder, name, force=force)
    if not as_json:
        _next(folder)


def _begin(folder: Path, name: str | None, *, force: bool) -> None:
    if name is None:
        name = init.suggested(folder)
        if sys.stdin.isatty() and sys.stderr.isatty():
            name = click.prompt("The system's name", default=name, err=True)
    begun = init.begin(folder, name, force=force)
    if begun.kept is not None:
        screen.err().print(f"kept the old file as {begun.kept}")
    screen.err().print(f"wrote {begun.file} for the system {begun.name}")


def _next(folder: Path) -> None:
    # Shown off a terminal, too: the next command is what `init` has to tell.
    here = folder.resolve() == Path.cwd()
    option = "" if here else f" -f {shlex.quote(str(folder / init.FILE))}"
    click.echo(f"seatrial check{option}")
