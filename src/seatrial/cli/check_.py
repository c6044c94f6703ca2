"""`seatrial check`: read the file and say what is wrong with it."""

import sys
from pathlib import Path

import click

from seatrial.app.browsing import unwalked
from seatrial.app.plan import Refused, read
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, source_text
from seatrial.system.problem import Severity


@click.command("check")
@file_option
@json_option
def command(file: Path, *, as_json: bool) -> None:
    """Read the file and say what is wrong with it: place, sentence, cure."""
    try:
        system, found, *_ = read(file)
        found = (*found, *unwalked(system))
    except Refused as refused:
        system, found = None, refused.problems
    wrong = any(each.severity is Severity.ERROR for each in found)
    if as_json:
        screen.as_json({"ok": not wrong, "problems": [screen.problem_document(p) for p in found]})
    else:
        screen.problems(found, source=source_text)
    if wrong:
        sys.exit(screen.BAD_INPUT)
    if system is not None and not as_json:
        counts = ", ".join(
            screen.count(len(each), word)
            for each, word in (
                (system.services, "service"),
                (system.stores, "store"),
                (system.journeys, "journey"),
                (system.slos, "SLO"),
            )
        )
        screen.out().print(f"{system.name}: {counts}; {screen.count(len(found), 'warning')}")
        screen.next_step("seatrial plan", "shows what would be written and run")
