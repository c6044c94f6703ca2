"""`seatrial recover`: a system's file and secrets, brought back from a sealed bundle."""

from pathlib import Path

import click

from seatrial.app import recover, recovery_key
from seatrial.app.bundle import opened
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.contract.words import instant


@click.command("recover")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The recovery key.",
)
@click.option(
    "--from",
    "bundle",
    type=click.Path(path_type=Path),
    required=True,
    metavar="BUNDLE",
    help="As `seatrial backup system --out` wrote it.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Where the system's file goes, with what it reads.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--overwrite", is_flag=True, help="Also over what is there; it is kept beside it.")
def command(key: Path, bundle: Path, into: Path, *, dry_run: bool, overwrite: bool) -> None:
    """Bring the file of a system and its secrets back, on this machine or another.

    Broken off, the same command goes on. The data of its stores is not in the bundle: it is
    brought back afterwards, by `seatrial up` and `seatrial restore`, from where its backups are.
    """
    try:
        found = opened(bundle, recovery_key.read(key))
        done = recover.recover(found, into, overwrite=overwrite, dry_run=dry_run)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    except NotADirectoryError as error:
        raise click.UsageError(f"{error.filename} lies in no folder; choose another") from error
    screen.err().print(
        f"{found.system}, as it was sealed at {instant(found.sealed)} by seatrial {found.seatrial}"
    )
    for each in done.kept:
        screen.err().print(f"what was there before is {each}")
    every = done.files + done.secrets
    verb = "would be written" if dry_run else "written"
    screen.out().print(
        f"{screen.count(done.files, 'file')} into {into}, {screen.count(done.secrets, 'secret')}"
        f" into {done.secrets_at}; {done.written} {verb}, {every - done.written} were there"
    )
    if not dry_run:
        screen.err().print(
            f"run `seatrial check -f {done.file}`, then `seatrial up -f {done.file}`"
        )
