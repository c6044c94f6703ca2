"""`seatrial doctor`: say what this machine can do."""

import sys
from dataclasses import asdict

import click
from rich.text import Text

from seatrial.cli import screen
from seatrial.cli.where import json_option
from seatrial.runtimes.local.abilities import doctor


@click.command("doctor")
@json_option
def command(*, as_json: bool) -> None:
    """Say what this machine can do: root, limits, namespaces, ports, memory, disk."""
    found = doctor()
    if as_json:
        screen.as_json([asdict(each) for each in found])
    else:
        for each in found:
            mark = Text("ok      ", style="green") if each.ok else Text("missing ", style="yellow")
            mark.append(f"{each.topic:<18}", style="bold").append(each.found)
            if each.cure:
                mark.append(f"; {each.cure}", style="dim")
            screen.out().print(mark)
    sys.exit(screen.READY if all(each.ok for each in found) else screen.NOT_READY)
