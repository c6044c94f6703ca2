"""`seatrial backup verify`: whether what lies in a repository is what was written."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from seatrial.app import backup
from seatrial.app.backup import Told
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.where import file_of_group
from seatrial.contract.words import duration, second

_ASIDE = "move the repository aside, so that another is begun: docs/backup.md, Limits"
_SOME = 3  # of damaged files, so many are named


@click.command("verify")
@click.option("--in", "region", metavar="REGION", default="", help="Else at home.")
@click.argument("store")
@file_of_group
def command(file: Path, store: str, *, region: str) -> None:
    """Read all that lies in the repository of STORE, and hold it against its checksums.

    Ctrl-C ends the watching alone. It ends with 1 where anything is damaged.
    """
    try:
        one = backup.backed(file, store, region)
        one.verify()
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    work = one.followed("verification", lambda step: screen.err().print(f"  {step}"), time.sleep)
    found, took = work["result"], duration(work["ended"] - work["began"])
    screen.out().print(f"read {found['files']} files in {took}, {len(found['damaged'])} damaged")
    for each in found["damaged"]:
        screen.out().print(f"  {each}", soft_wrap=True)
    told = {**one.told(), "store": store, "region": one.region, "verified": found}
    if needed(told):
        screen.err().print(damaged(told))
    sys.exit(screen.NOT_READY if found["damaged"] else screen.READY)


def listed(told: Sequence[Told]) -> None:
    """When all that lies there was read last, and how much of it is not what was written."""
    table = screen.table("repository of", "in", "read", "files", "damaged")
    for each in told:
        found, own = each["verified"], (each["store"], each["region"])
        if found is None:
            table.add_row(*own, "not yet", "", "unknown")
        else:
            files = (str(found["files"]), str(len(found["damaged"])))
            table.add_row(*own, second(found["ended"]), *files)
    if table.row_count:
        screen.out().print(table)


def needed(told: Told) -> tuple[str, ...]:
    """The damaged files that a restore to now needs: another full backup begins without them."""
    return tuple((told["verified"] or {}).get("needed", ()))


def damaged(told: Told) -> str:
    """Which they are, and what to do."""
    files, region = needed(told), told["region"]
    more = f" and {len(files) - _SOME} more" if len(files) > _SOME else ""
    store, lies, where = told["store"], f" in {region}" * bool(region), f" --in {region}"
    order = f"`seatrial backup now {store} --kind full{where * bool(region)}` begins anew"
    return (
        f"in the repository of {store}{lies} {', '.join(files[:_SOME])}{more} is not what was"
        f" written, and a restore to now needs it; {order if told['anew'] else _ASIDE}"
    )


def unread(told: Told) -> str:
    """That nobody knows how it is."""
    region = told["region"]
    where = f" in {region}" if region else ""
    order = f"seatrial backup verify {told['store']}" + (f" --in {region}" if region else "")
    return f"how the repository of {told['store']}{where} is nobody has read for long: `{order}`"
