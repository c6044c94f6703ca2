"""`seatrial silence`: hold alerts back for a while, with a reason."""

import getpass
import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

from seatrial.app import silence
from seatrial.cli import screen
from seatrial.cli.since import lasting
from seatrial.cli.where import file_option, json_option, must_be_there
from seatrial.contract.words import duration, instant

_LONGEST = "7d"  # an alert that must be quiet for longer needs its rule changed
_HOW_LONG = "How long, as 30m or 2h."


@click.command("silence")
@file_option
@json_option
@click.option("--for", "seconds", callback=lasting(_LONGEST), metavar="TIME", help=_HOW_LONG)
@click.option("--because", "reason", help="Why; whoever is on call will read it.")
@click.option("--end", "ended", metavar="ID", help="End this silence now.")
@click.argument("what", nargs=-1)
def command(
    file: Path,
    *,
    as_json: bool,
    seconds: float | None,
    reason: str | None,
    ended: str | None,
    what: tuple[str, ...],
) -> None:
    """Hold alerts back: `seatrial silence api --for 30m --because "new disk"`.

    WHAT names services, stores, journeys or teams, or labels as severity=ticket; an alert must
    match all of it. Without WHAT the silences of now are listed.
    """
    must_be_there(file)
    found: tuple[silence.Silence, ...]
    try:
        if ended is not None:
            found = (silence.end(file, ended),)
            screen.err().print(f"ended {found[0].id}")
        elif what:
            found = (_add(file, what, seconds, reason),)
        else:
            found = silence.active(file)
    except silence.Unclear as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        screen.as_json([asdict(each) for each in found])
    elif ended is None:
        _show(found)
    sys.exit(screen.READY)


def _add(
    file: Path, what: tuple[str, ...], seconds: float | None, reason: str | None
) -> silence.Silence:
    if seconds is None or not reason:
        raise click.UsageError("a silence needs an end and a reason: --for 30m --because TEXT")
    return silence.add(file, what, seconds=seconds, author=_author(), reason=reason)


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a name
        return "seatrial"


def _show(found: tuple[silence.Silence, ...]) -> None:
    if not found:
        screen.err().print("nothing is silenced")
        return
    table = screen.table("id", "silenced", "ends", "by", "because", edge=False)
    for each in found:
        left = duration(max(0.0, each.ends - time.time()))
        table.add_row(
            each.id,
            " ".join(each.matchers),
            f"{instant(each.ends)} (in {left})",
            each.author,
            each.reason,
        )
    screen.out().print(table)
