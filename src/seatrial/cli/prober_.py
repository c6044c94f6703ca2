"""`seatrial prober`: look at the system from a machine outside."""

import os
import sys
from pathlib import Path

import click

from seatrial.app import outside
from seatrial.cli import screen
from seatrial.cli.where import file_option


@click.command("prober")
@file_option
@click.option(
    "--export",
    "into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the folder that the machine outside needs; the system must be up.",
)
@click.option("--region", help="With --export: the region outside that the machine stands in.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of this machine's own 127.0.0.1 for the prober's page; free by default.",
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def command(
    file: Path, *, into: Path | None, region: str | None, port: int, folder: Path | None
) -> None:
    """Look at the system from outside, and send home what is seen.

    Where the system runs: `seatrial prober --export FOLDER --region office`. Carry FOLDER to the
    machine outside, which needs seatrial and nothing else, and there: `seatrial prober FOLDER`. It
    runs until it is interrupted.
    """
    if (into is None) == (folder is None):
        raise click.UsageError("give a FOLDER to run, or --export FOLDER to write one")
    if into is not None:
        if not region:
            raise click.UsageError("--export needs --region NAME")
        _show(outside.export(file, region, into))
        return
    if region or folder is None:
        raise click.UsageError("--region goes with --export: a folder knows its own")
    words = outside.command(folder, port=port)
    sys.stdout.flush()
    # the prober itself from here on, so that a signal reaches it and its end is ours
    os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - our own module, no shell


def _show(found: outside.Bundle) -> None:
    journeys = screen.count(found.journeys, "journey")
    screen.err().print(
        f"{found.folder}: {journeys} and {screen.count(found.checks, 'check')} as {found.region},"
        f" sent to {found.home}"
    )
    screen.err().print("whoever has this folder can send as that region: copy it, do not mail it")
    screen.next_step(f"seatrial prober {found.folder.name}", "on the machine outside")
