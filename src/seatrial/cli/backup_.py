"""`seatrial backup`: what backups there are, and one more now."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from seatrial.app import backup
from seatrial.app.backup import Told
from seatrial.app.unclear import Unclear
from seatrial.cli import backup_system, backup_verify, screen
from seatrial.cli.where import file_of_group, file_option, json_option
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.words import duration, instant, second, size

_KINDS = ("full", "differential", "incremental")


@click.group("backup", invoke_without_command=True)
@file_option
@json_option
@click.pass_context
def command(context: click.Context, file: Path, *, as_json: bool) -> None:
    """List the backups of every store whose backup is declared."""
    context.obj = file
    if context.invoked_subcommand is not None:
        return
    told, silent = _asked(backup.all_backed(file))
    if as_json:
        screen.as_json([*told, *silent])
        unknown = silent or any(each["unread"] for each in told)
        sys.exit(screen.UNDETERMINED if unknown else screen.READY)
    _listed(told, silent)


def _listed(told: Sequence[Told], silent: Sequence[Told]) -> None:
    if not told:
        screen.err().print("no store's backup is taken here: write `backup` under it, and R20")
        sys.exit(screen.NOT_READY)
    table = screen.table("store", "backup", "kind", "ended", "took", "restores", "stored", "in", "")
    for each in told:
        for one in each["backups"]:
            table.add_row(
                each["store"],
                one["label"],
                one["kind"],
                second(one["ended"]),  # a restore is asked for one
                duration(one["ended"] - one["began"]),
                size(one["size"]),
                size(one["stored"]),
                each["region"],
                _remark(one),
            )
    screen.out().print(table)
    backup_verify.listed(told)
    _copies(told)
    rotten = [each for each in told if backup_verify.needed(each)]
    unread = [each for each in told if each["unread"]]
    lacking = [_where(each) for each in told if all(one["until"] for one in each["backups"])]
    taking = [each for each in told if each["taking"]]
    failing = {_where(each): error for each in told if (error := _failure(each))}
    for where, error in failing.items():
        screen.err().print(f"the last backup of {where} failed: {error}")
    reads = (*map(backup_verify.damaged, rotten), *map(backup_verify.unread, unread))
    for line in (*reads, *(each["takes"] for each in taking)):
        screen.err().print(line)
    if lacking:
        screen.err().print(f"there is no backup yet of what is in {', '.join(lacking)}")
    for each in silent:
        screen.err().print(f"the backups of {_where(each)} are not known: {each['error']}")
    if silent or unread:
        sys.exit(screen.UNDETERMINED)
    if lacking or taking or failing or rotten:
        sys.exit(screen.NOT_READY)


def _asked(every: Sequence[backup.Backed]) -> tuple[list[Told], list[Told]]:
    """What those tell that answer, and of whom nobody does: a region may be lost.

    Raises RuntimeFailure where none answers.
    """
    told: list[Told] = []
    silent: list[Told] = []
    for each in every:
        place = {"store": each.store, "region": each.region}
        try:
            told.append({**each.told(), **place})
        except RuntimeFailure as failure:
            silent.append({**place, "backups": None, "error": failure.summary})
            last = failure
    if silent and not told:
        raise last
    return told, silent


def _copies(told: Sequence[Mapping[str, Any]]) -> None:
    """What was restored and lies there still: nobody but people removes it."""
    table = screen.table("copy", "of", "is", "lies in")
    for each in told:
        for one in each["copies"]:
            state = "whole" if one["whole"] else "not whole"
            table.add_row(one["name"], _where(each), state, one["folder"])
    if table.row_count:
        screen.out().print(table)


def _where(told: Mapping[str, Any]) -> str:
    return str(told["store"]) + (f" in {told['region']}" if told["region"] else "")


def _failure(told: Mapping[str, Any]) -> str:
    """Why the newest backup came to nothing; empty where it did not, or runs still."""
    return str(told["works"].get("backup", {}).get("error") or "")


def _remark(one: Mapping[str, Any]) -> str:
    """What else there is to say of a backup: of a history that has ended it reaches no further."""
    until = f"reaches until {instant(one['until'])}" if one["until"] else ""
    spoiled = "rotten" if one["rotten"] else "damaged" if one["damaged"] else ""
    return ", ".join(each for each in (spoiled, until) if each)


command.add_command(backup_system.command)
command.add_command(backup_verify.command)


@command.command("now")
@click.option("--kind", type=click.Choice(_KINDS), help="The narrowest that there is, else.")
@click.option("--in", "region", metavar="REGION", default="", help="Else at home.")
@click.argument("store")
@file_of_group
def now(file: Path, store: str, *, kind: str | None, region: str) -> None:
    """Take a backup of STORE now; without a full one before it, it is one."""
    try:
        one = backup.backed(file, store, region)
        one.begin(kind or "")
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    work = one.followed("backup", lambda step: screen.err().print(f"  {step}"), time.sleep)
    for each in work["result"]["backups"]:
        took = duration(each["ended"] - each["began"])
        screen.out().print(
            f"{each['label']} {each['kind']}, restores {size(each['size'])},"
            f" takes {size(each['stored'])}, in {took}"
        )
