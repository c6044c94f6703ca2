"""`seatrial restore`: a store as it was at a moment, as a copy beside it."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from seatrial.app import backup
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.where import file_option
from seatrial.contract.words import duration, second, size
from seatrial.system.moment import UnclearMoment, moment


def _moment(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        found = moment(value)
    except UnclearMoment as unclear:
        raise click.BadParameter(str(unclear)) from unclear
    if found > time.time():
        raise click.BadParameter(f"{value} is in the future; write a moment that has passed")
    return found


@click.command("restore")
@file_option
@click.option("--to", "target", callback=_moment, metavar="MOMENT", help="With its zone.")
@click.option("--into", metavar="NAME", default="", help="A copy of this name, beside the store.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--remove", metavar="NAME", help="Remove a copy.")
@click.option("--from", "region", metavar="REGION", default="", help="Else from home.")
@click.argument("store")
def command(
    file: Path,
    *,
    target: float | None,
    into: str,
    dry_run: bool,
    remove: str | None,
    region: str,
    store: str,
) -> None:
    """Bring STORE back as it was: `--to '2026-11-23 10:15:30+01:00' --into yesterday`.

    A copy is restored, which answers at an address of its own and archives nothing; the store
    goes on as it is.
    """
    try:
        one = backup.backed(file, store, region)
        if remove is not None:
            one.remove(remove)
            one.followed("removal", _say, time.sleep)
            screen.err().print(f"removed the copy {remove}")
            return
        if target is None:
            raise click.UsageError("write --to with the moment, or --remove with a copy's name")
        if not into:
            raise click.UsageError("write --into with a name for the copy")
        _shown(one, target, into)
        if dry_run:
            return
        one.restore(target, into)
        work = one.followed("restore", _say, time.sleep)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    sys.exit(_told(one, work, into))


def _say(step: str) -> None:
    screen.err().print(f"  {step}")


def _shown(one: backup.Backed, target: float, into: str) -> None:
    """The dry run, which comes first in any case."""
    found = one.preview(target, into)
    console = screen.err()
    console.print(f"{one.store} as it was at {second(target)}")
    lies = f" in {one.region}" if one.region else ""
    console.print(
        f"  from {found['backup']} ({found['kind']}){lies}, ended {second(found['ended'])}"
    )
    if found["moment"] is not None:
        before = duration(target - found["moment"])
        console.print(f"  as it was at {second(found['moment'])}, {before} before that moment:")
        console.print("  what was written in between is in no backup")
    if found["damaged"]:
        console.print("  that backup is damaged: the copy may be so, too, or there will be none")
    console.print(f"  needs {size(found['needed'])}, {size(found['free'])} are free")
    console.print(f"  into the copy {into}; {one.store} goes on as it is")


def _told(one: backup.Backed, work: Mapping[str, Any], into: str) -> int:
    result = work["result"]
    console = screen.out()
    console.print(f"restored in {duration(result['restored'])} from {result['backup']}")
    console.print(
        f"replayed in {duration(result['replayed'])}"
        if "replayed" in result
        else f"loaded in {duration(result['loaded'])}, as it was at {second(result['moment'])}"
    )
    broken = [name for name, answer in result["invariants"].items() if answer != "t"]
    for name, answer in result["invariants"].items():
        mark = "ok  " if answer == "t" else "FAIL"
        console.print(f"  {mark} {name}" + ("" if answer == "t" else f": {answer}"))
    told = one.told()
    console.print(f"the copy answers at {told['address']}, user {told['user']}")
    region = f" --from {one.region}" if one.region else ""
    console.print(f"`seatrial restore {one.store}{region} --remove {into}` removes it")
    return screen.NOT_READY if broken else screen.READY
