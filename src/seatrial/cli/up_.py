"""`seatrial up`: start the system and everything around it."""

import sys
from pathlib import Path

import click

from seatrial.app import apply
from seatrial.app.environment import COMPOSE, LOCAL, absolute
from seatrial.app.files import FOLDER, FileChange
from seatrial.app.find import running_in
from seatrial.cli import screen
from seatrial.cli.edited import edited
from seatrial.cli.running import still_running
from seatrial.cli.steps import Steps
from seatrial.cli.where import file_option, source_text
from seatrial.contract.runtime import Change


@click.command("up")
@file_option
@click.option("--overwrite", is_flag=True, help="Overwrite rendered files that were edited.")
@click.option(
    "--restart",
    multiple=True,
    metavar="NAME",
    help="Begin this workload anew although nothing differs: its code changed.",
)
@click.option(
    "--runtime",
    type=click.Choice([LOCAL, COMPOSE]),
    help="What runs it: processes or containers; by default what the file says or what fits.",
)
def command(file: Path, *, overwrite: bool, restart: tuple[str, ...], runtime: str | None) -> None:
    """Start the system and everything around it; return when all is ready.

    A second `up` applies only what changed. The system outlives this command.
    """
    try:
        with Steps() as steps:
            done = apply.up(
                file, overwrite=overwrite, restart=restart, progress=steps, wanted=runtime or ""
            )
    except apply.Interrupted as stopped:
        _told(stopped)
        sys.exit(screen.INTERRUPTED)
    screen.problems(done.problems, source=source_text)
    edited(screen.err(), done.files, FOLDER)
    changed = [each for each in done.changes if each.change is not Change.KEEP]
    if not changed:
        screen.err().print("nothing to do: all of it runs as the file says")
        if again := sum(each.change is FileChange.CREATE for each in done.files):
            screen.err().print(f"wrote   {screen.count(again, 'file')} that {FOLDER}/ lacked")
    steps.total(f"{done.system}: {len(changed)} of {len(done.changes)} workloads changed, ready")
    here = absolute(file)
    strays = [each for each in running_in(here.parent) if each.file == str(here)]
    still_running(each for each in strays if each.name != done.system)
    screen.next_step("seatrial prove --quick", "injects faults and shows what happens")
    sys.exit(screen.READY)


def _told(stopped: apply.Interrupted) -> None:
    """What an interrupted start has left running, and the two ways on from there."""
    console = screen.err()
    names = stopped.running
    if names:
        console.print(
            f"interrupted: {len(names)} workloads of {stopped.system} run: {', '.join(names)}"
        )
        console.print("`seatrial up` goes on from here; `seatrial down` stops and removes them")
    else:
        console.print(f"interrupted: nothing of {stopped.system} runs")
        console.print("`seatrial up` begins again; `seatrial down` removes what was written")
