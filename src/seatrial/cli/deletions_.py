"""`seatrial deletions`: what took rows away, and the moment before, by the store's own log."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from seatrial.app import backup
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.in_place import say
from seatrial.cli.since import since_option
from seatrial.cli.where import file_option, json_option
from seatrial.contract.words import exact, second

_GONE = {"dropped": "dropped", "emptied": "emptied", "rewritten": "emptied, or wrote anew,"}
_ROWS = {"deleted": "deleted", "overwritten": "overwrote"}


@click.command("deletions")
@file_option
@json_option
@since_option("1h")
@click.option("--table", metavar="NAME", default="", help="Of this one alone: schema.table.")
@click.option("--from", "region", metavar="REGION", default="", help="Else from home.")
@click.argument("store")
def command(
    file: Path, *, as_json: bool, since: float, table: str, region: str, store: str
) -> None:
    """Find what dropped, emptied, deleted or overwrote in STORE, and the moment before it.

    Read is the log that has been archived, also where the store itself is gone. Each transaction
    that dropped or emptied a table is told, and of others those with the most rows.
    """
    try:
        one = backup.backed(file, store, region)
        one.search(time.time() - since, table)
        found = one.followed("search", say, time.sleep)["result"]
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    unseen = tuple(_unseen(found))
    if as_json:
        screen.as_json(found)
    else:
        _told(one.order, found, unseen)
        for each in unseen:
            screen.err().print(each)
    sys.exit(screen.UNDETERMINED if unseen else screen.READY)


def _unseen(found: backup.Told) -> Iterator[str]:
    """What nobody has read, or can name."""
    if "archive" in found:
        yield f"what was written last is not seen: {found['archive']}"
    if found["reaches"] is not None:
        yield f"the log reaches back to {second(found['reaches'])}: what came before is not seen"
    if found["lacking"]:
        yield f"{found['lacking']} segments of the log lack: what they held is not seen"
    if found["partial"]:
        yield (
            f"{found['partial']} transactions had begun before what was read: --since with a"
            " longer time shows all that they did"
        )
    if found["unnamed"]:
        yield f"{found['unnamed']} rows are of files of which nobody knows the table"


def _told(order: str, found: backup.Told, unseen: Sequence[str]) -> None:
    console = screen.out()
    for each in found["transactions"]:
        console.print(f"{exact(each['at'])}  {'; '.join(_went(each))}", soft_wrap=True)
        moment = exact(each["before"])
        console.print(f"  before it: {order} --to '{moment}' --into NAME", soft_wrap=True)
    if found["others"]:
        console.print(f"and {found['others']} transactions with fewer rows")
    if not found["transactions"]:
        where = "in what was read " if unseen else ""
        console.print(f"{where}nothing took rows away since {second(found['since'])}")
    screen.err().print(
        f"{found['segments']} segments of the log were read, from {second(found['since'])} on"
    )


def _went(told: Mapping[str, Any]) -> Iterator[str]:
    for kind, does in _GONE.items():
        if told[kind]:
            yield f"{does} {', '.join(told[kind])}"
    for kind, does in _ROWS.items():
        for table, count in told[kind].items():
            yield f"{does} {'1 row' if count == 1 else f'{count} rows'} of {table}"
