"""`seatrial backup system`: the system's own file and secrets, as they were sealed."""

import sys
from pathlib import Path

import click

from seatrial.app.sealed import sealed
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.contract.words import instant, size


@click.command("system")
@click.option("--now", is_flag=True, help="Seal it once more first.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the newest that is whole to this file.",
)
@click.pass_obj
def command(file: Path, *, now: bool, out: Path | None) -> None:
    """List what of the system itself was sealed to the recovery key, and why more is due."""
    try:
        one = sealed(file)
        if now:
            one.seal()
        if out is not None:
            one.copy(out)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    told = one.told()
    table = screen.table("bundle", "sealed", "size", "")
    for each in told["bundles"]:
        damaged = "damaged" if each["damaged"] else ""
        table.add_row(each["label"], instant(each["made"]), size(each["size"]), damaged)
    screen.out().print(table)
    if out is not None:
        screen.err().print(f"the newest is in {out}")
    if told["due"]:
        screen.err().print(f"another is due: {told['due']}")
    if told["error"]:
        screen.err().print(f"the last one failed: {told['error']}")
    if told["due"] or told["error"]:
        sys.exit(screen.NOT_READY)
