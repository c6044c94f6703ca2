"""`seatrial status`: show what runs and how it is."""

import sys
import time
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from seatrial.app.environment import open_runtime
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, must_be_there
from seatrial.contract.runtime import Phase, ReplicaStatus

_STYLE = {Phase.READY: "green", Phase.HELD: "magenta"}


@click.command("status")
@file_option
@json_option
@click.option("--logs", metavar="WORKLOAD", help="Show the last log lines of a workload.")
@click.option("--lines", default=20, show_default=True, help="How many log lines.")
def command(file: Path, *, as_json: bool, logs: str | None, lines: int) -> None:
    """Show what runs, where, since when, and with how much memory."""
    must_be_there(file)
    runtime = open_runtime(file)
    if logs:
        for line in runtime.logs(logs, lines):
            click.echo(line)
        return
    found = runtime.status()
    if as_json:
        screen.as_json([_document(each) for each in found])
    elif not found:
        screen.err().print("nothing runs here")
        screen.next_step("seatrial up", "starts the system")
    else:
        screen.out().print(_table(found))
    if not found or any(each.phase is not Phase.READY for each in found):
        sys.exit(screen.NOT_READY)


def _document(each: ReplicaStatus) -> dict[str, object]:
    return {
        "workload": each.workload,
        "replica": each.replica,
        "phase": each.phase.value,
        "reason": each.reason,
        "pid": each.pid,
        "since": each.since,
        "memory": each.memory,
        "address": each.address,
    }


def _table(found: tuple[ReplicaStatus, ...]) -> Table:
    table = Table("workload", "replica", "", "address", "memory", "up", "", box=None)
    for each in found:
        memory = f"{each.memory / 2**20:.0f} MiB" if each.memory else ""
        age = f"{time.time() - each.since:.0f} s" if each.since else ""
        phase = Text(each.phase.value, style=_STYLE.get(each.phase, "red"))
        table.add_row(
            each.workload, str(each.replica), phase, each.address, memory, age, each.reason
        )
    total = sum(each.memory or 0 for each in found)
    table.add_row("", "", "", "all", f"{total / 2**20:.0f} MiB", "", "")
    return table
