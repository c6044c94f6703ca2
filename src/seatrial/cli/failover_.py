"""`seatrial failover`: who is whose primary, and another one by plan."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from seatrial.app import failover
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option
from seatrial.contract.words import duration, size
from seatrial.engines.patroni.rest import Member

_SEEN = 3.0  # seconds after the last step: what was sent meanwhile is answered by then


@click.command("failover")
@file_option
@json_option
@click.option("--to", metavar="MEMBER", default="", help="Who takes over; else the best fit.")
@click.option("--rebuild", metavar="MEMBER", default="", help="Copy a standby anew.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Without asking.")
@click.argument("store", required=False)
def command(
    file: Path,
    *,
    as_json: bool,
    to: str,
    rebuild: str,
    dry_run: bool,
    yes: bool,
    store: str | None,
) -> None:
    """Make another member of STORE its primary; without STORE, list the members of each.

    The old primary hands over once the other has all that it has: no write is lost, and for some
    seconds none is taken. Where a primary dies another takes over without this command.
    """
    if rebuild and to:
        raise click.UsageError("write --to, or --rebuild, not both")
    if store is None and (to or rebuild or dry_run or yes):
        raise click.UsageError("write the store, too: `seatrial failover STORE`")
    try:
        if store is None:
            sys.exit(_listed(failover.clusters(file), as_json=as_json))
        one = failover.cluster(file, store)
        if rebuild:
            _rebuilt(one, rebuild, dry_run=dry_run, yes=yes)
            return
        switch = one.planned(to)
        _shown(one, switch)
        if dry_run:
            return
        if not yes:
            click.confirm(f"Make {switch.candidate} the primary of {store}?", abort=True, err=True)
        began = time.time()
        one.order(switch)
        one.followed(switch.steps, lambda step: _say(step, began), time.time, time.sleep)
        time.sleep(_SEEN)
        told = one.measured(began)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
    if as_json:
        screen.as_json(
            {"store": store, "from": switch.leader, "to": switch.candidate, "seen": told}
        )
    sys.exit(_told(told))


def _rebuilt(one: failover.Cluster, member: str, *, dry_run: bool, yes: bool) -> None:
    found = one.standby(member)
    screen.err().print(f"{one.store}: all that {found.name} holds is copied from the primary anew")
    if dry_run:
        return
    if not yes:
        click.confirm(f"Throw away what {member} holds?", abort=True, err=True)
    began = time.time()
    one.followed((one.rebuild(member),), lambda step: _say(step, began), time.time, time.sleep)


def _listed(found: tuple[failover.Cluster, ...], *, as_json: bool) -> int:
    members = {each.store: each.members() for each in found}
    if as_json:
        screen.as_json({name: [_data(one) for one in each] for name, each in members.items()})
    elif not members:
        screen.err().print("no store fails over here: write `failover` under it")
    else:
        table = screen.table("store", "member", "is", "state", "behind")
        for store, each in members.items():
            for one in each:
                behind = "" if one.leads else "unknown" if one.lag is None else size(one.lag)
                table.add_row(store, one.name, _role(one), one.state, behind)
        screen.out().print(table)
    whole = members and all(_whole(each) for each in members.values())
    return screen.READY if whole else screen.NOT_READY


def _whole(members: tuple[Member, ...]) -> bool:
    """Whether there is one primary, and everybody else follows it."""
    return sum(each.leads for each in members) == 1 and all(each.well for each in members)


def _role(member: Member) -> str:
    if member.leads:
        return "primary"
    return "synchronous standby" if member.synchronous else "standby"


def _data(member: Member) -> Mapping[str, Any]:
    return {
        "name": member.name,
        "role": _role(member),
        "state": member.state,
        "behind": None if member.leads else member.lag,
    }


def _shown(one: failover.Cluster, switch: failover.Switch) -> None:
    """The plan, each step with what is looked at after it."""
    console = screen.err()
    behind = "unknown" if switch.lag is None else size(switch.lag)
    state = "has each acknowledged write" if switch.synchronous else f"is {behind} behind"
    console.print(f"{one.store}: from {switch.leader} to {switch.candidate}, which {state}")
    console.print(f"  1. {switch.leader} stops taking writes, and sends what it still has")
    console.print(f"  2. {switch.candidate} is promoted; checked: the cluster calls it the primary")
    console.print(f"  3. everybody is led there; {switch.leader} follows it; checked: it streams")


def _say(step: str, began: float) -> None:
    screen.err().print(f"  {duration(time.time() - began)}: {step}")


def _told(told: Mapping[str, Any] | None) -> int:
    """What the writers saw of it; they write in a rehearsal alone."""
    if told is None:
        screen.err().print("nobody writes here all the time, so that no figure is known")
        return screen.READY
    console = screen.err()
    gaps = [each["seconds"] for each in told["gaps"]["writes"]["spans"]]
    console.print(f"for {duration(max(gaps, default=0.0))} no write was acknowledged")
    if told["lost"] is None:
        console.print("nobody could look for what was acknowledged: whether any is lost is unknown")
        return screen.NOT_READY
    lost = told["lost"]["rows"]
    console.print(f"of {told['writes']['acknowledged']} acknowledged writes {lost} are lost")
    return screen.NOT_READY if lost else screen.READY
