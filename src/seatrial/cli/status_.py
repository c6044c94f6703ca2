"""`seatrial status`: show what runs and how it is."""

import sys
import time
from pathlib import Path

import click
from rich.text import Text

from seatrial.app.environment import name_in
from seatrial.cli import screen
from seatrial.cli.running import still_running, system_option, what_runs
from seatrial.cli.where import file_option, json_option
from seatrial.contract.runtime import Phase, ReplicaStatus
from seatrial.system.printable import printable

_STYLE = {Phase.READY: "green", Phase.HELD: "magenta"}


@click.command("status")
@file_option
@json_option
@system_option
@click.option("--logs", metavar="WORKLOAD", help="Show the last log lines of a workload.")
@click.option("--lines", default=20, show_default=True, help="How many log lines.")
def command(file: Path, *, system: str | None, as_json: bool, logs: str | None, lines: int) -> None:
    """Show what runs, where, since when, and with how much memory.

    The file may be broken, renamed or gone: what was started from it is found by its folder.
    """
    runtime, others = what_runs(file, system)
    if logs:
        for line in runtime.logs(logs, lines):
            click.echo(printable(line, keep="\t"))
        return
    found = runtime.status()
    left = runtime.orphans()
    if as_json:
        screen.as_json([_document(each) for each in found])
    elif found:
        _show(found)
    elif not left.count:
        screen.err().print("nothing runs here")
        screen.next_step("seatrial up", "starts the system")
    if left.count:
        told = left.told(runtime.system)
        screen.err().print(f"{told.summary}; {told.cure}")
    still_running(others)
    # of what the file describes nothing is ready while another system runs in its place
    astray = system is None and name_in(file) not in {"", runtime.system}
    if not found or astray or any(each.phase is not Phase.READY for each in found):
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


def _show(found: tuple[ReplicaStatus, ...]) -> None:
    """A table; where there is no room, without addresses, and with the reasons beneath it."""
    console, short = screen.out(), screen.narrow()
    first, last = ("workload", "replica", ""), ("memory", "up")
    whole = (*first, *last) if short else (*first, "address", *last)
    table = screen.table(*whole, *(() if short else (" ",)), whole=whole)
    for each in found:
        memory = _mebibytes(each.memory) if each.memory else ""
        age = f"{time.time() - each.since:.0f} s" if each.since else ""
        phase = Text(each.phase.value, style=_STYLE.get(each.phase, "red"))
        name = (each.workload, str(each.replica), phase)
        if short:
            table.add_row(*name, memory, age)
        else:
            table.add_row(*name, each.address, memory, age, each.reason)
    total = _mebibytes(sum(each.memory or 0 for each in found))
    table.add_row("", "", "all", total) if short else table.add_row("", "", "", "all", total)
    console.print(table)
    for reason in dict.fromkeys(each.reason for each in found if short and each.reason):
        names = (f"{each.workload} ({each.replica})" for each in found if each.reason == reason)
        console.print(f"{', '.join(names)}: {reason}")


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
