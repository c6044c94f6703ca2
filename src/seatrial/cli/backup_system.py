"""`seatrial backup system`: the system's own file and secrets, as they were sealed."""

import sys
from pathlib import Path

import click

from seatrial.app.sealed import Told, sealed
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.where import file_of_group
from seatrial.contract.words import instant, size


@click.command("system")
@click.option("--now", is_flag=True, help="Seal it once more first.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the newest that is whole to this file.",
)
@click.option("--in", "region", metavar="REGION", default="", help="From there; else from home.")
@file_of_group
def command(file: Path, *, now: bool, out: Path | None, region: str) -> None:
    """List what of the system itself was sealed to the recovery key, and why more is due.

    With --out it is fetched, and nothing is listed.
    """
    if region and out is None:
        raise click.UsageError("--in says from where a bundle is fetched; write --out FILE, too")
    try:
        one = sealed(file)
        if now:
            one.seal()
        copied = one.copy(out, region) if out is not None else None
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    where = f" in {region}" if region else ""
    if copied is None:
        _listed(one.told())
    elif copied:
        screen.err().print(f"the newest{where} that is whole is now in {out}")
    else:
        screen.err().print(f"there is no bundle{where} that is whole")
        sys.exit(screen.NOT_READY)


def _listed(told: Told) -> None:
    table = screen.table("bundle", "sealed", "size", "")
    for each in told["bundles"]:
        damaged = "damaged" if each["damaged"] else ""
        table.add_row(each["label"], instant(each["made"]), size(each["size"]), damaged)
    screen.out().print(table)
    lacking = [f"another is due: {told['due']}"] if told["due"] else []
    lacking += [f"the last one failed: {told['error']}"] if told["error"] else []
    for name, each in told["elsewhere"].items():
        screen.err().print(f"the newest in {name}: {each['newest'] or 'none'}")
        lacking += [f"it cannot be had in {name}: {each['error']}"] if each["error"] else []
    for line in lacking:
        screen.err().print(line)
    if lacking:
        sys.exit(screen.NOT_READY)
