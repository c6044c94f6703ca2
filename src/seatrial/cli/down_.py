"""`seatrial down`: stop and remove everything that up started."""

from pathlib import Path

import click

from seatrial.app import apply
from seatrial.cli.asked import agreed
from seatrial.cli.running import still_running, system_option, what_runs
from seatrial.cli.steps import Steps
from seatrial.cli.where import file_option


@click.command("down")
@file_option
@system_option
@click.option("--purge", is_flag=True, help="Remove the data of stores, too.")
@click.option("--yes", is_flag=True, help="Do not ask before data is removed.")
def command(file: Path, *, system: str | None, purge: bool, yes: bool) -> None:
    """Stop and remove every process, mount, rule, socket and file of what runs.

    Data of durable stores stays unless --purge is given; what was rendered, and the evidence,
    stays under .seatrial. The file may be broken, renamed or gone:
    what was started from it is found by its folder.
    """
    runtime, others = what_runs(file, system, data=purge)
    if purge and not yes:
        agreed(f"Remove the data of every store of {runtime.system}?")
    begun = runtime.begun()
    with Steps() as steps:
        apply.down(runtime, purge=purge, progress=steps)
    what = "down" if begun else f"nothing of {runtime.system} ran"
    steps.total(f"{what}: nothing is left" + ("" if purge else " but the data of durable stores"))
    still_running(others)
