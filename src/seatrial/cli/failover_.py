"""`seatrial failover`: who is whose primary, and another one by plan."""

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from seatrial.app import failover
from seatrial.app.orders import Orders
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.asked import agreed
from seatrial.cli.measured import measured, say, shown
from seatrial.cli.relocated import loss_option, rebuilt, relocated
from seatrial.cli.where import file_option, json_option
from seatrial.contract.runtime import NothingRuns, RuntimeFailure
from seatrial.contract.words import size
from seatrial.engines.patroni.rest import Member


@click.command("failover")
@file_option
@json_option
@click.option(
    "--to", metavar="MEMBER|REGION", default="", help="Who takes over; else the best fit."
)
@loss_option
@click.option(
    "--rebuild", metavar="MEMBER|REGION", default="", help="Copy a standby anew, or all of a copy."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Without asking.")
@click.argument("store", required=False)
def command(
    file: Path,
    *,
    as_json: bool,
    to: str,
    accept_loss: float | None,
    rebuild: str,
    dry_run: bool,
    yes: bool,
    store: str | None,
) -> None:
    """Make another member of STORE its primary; without STORE, list the members of each.

    The old primary hands over once the other has all that it has: no write is lost, and for some
    seconds none is taken. Where a primary dies another takes over without this command; where a
    region is lost, `--to REGION` moves the store to the other one.
    """
    if rebuild and (to or accept_loss is not None):
        raise click.UsageError("--rebuild goes with neither --to nor --accept-loss")
    if store is None and (to or rebuild or dry_run or yes or accept_loss is not None):
        raise click.UsageError("write the store, too: `seatrial failover STORE`")
    orders = Orders(folder=file.resolve().parent)
    try:
        if store is None:
            sys.exit(_listed(failover.clusters(file), orders, as_json=as_json))
        sites = failover.cluster(file, store)
        if len(sites) > 1 and to in {each.region for each in sites}:
            move = partial(relocated, sites, to, orders=orders, accepted=accept_loss)
            move(dry_run=dry_run, yes=yes, as_json=as_json)
            return
        if len(sites) > 1 and rebuild in {each.region for each in sites}:
            rebuilt(sites, rebuild, dry_run=dry_run, yes=yes)
            return
        if accept_loss is not None:
            raise click.UsageError("--accept-loss is of a move to another region: write --to, too")
        one = failover.holding(sites, to or rebuild)
        if rebuild:
            _rebuilt(one, rebuild, dry_run=dry_run, yes=yes)
        else:
            _switched(one, to, dry_run=dry_run, yes=yes, as_json=as_json)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear


def _switched(one: failover.Cluster, to: str, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    switch = one.planned(to)
    _shown(one, switch)
    if dry_run:
        return
    if not yes:
        agreed(f"Make {switch.candidate} the primary of {one.store}?")
    began = time.time()
    one.order(switch)
    one.followed(switch.steps, lambda step: say(step, began), time.time, time.sleep)
    told = measured(one, began)
    if as_json:
        screen.as_json(
            {"store": one.store, "from": switch.leader, "to": switch.candidate, "seen": told}
        )
    sys.exit(shown(told))


def _rebuilt(one: failover.Cluster, member: str, *, dry_run: bool, yes: bool) -> None:
    found = one.standby(member)
    screen.err().print(f"{one.store}: all that {found.name} holds is copied from the primary anew")
    if dry_run:
        return
    if not yes:
        agreed(f"Throw away what {member} holds?")
    began = time.time()
    one.followed((one.rebuild(member),), lambda step: say(step, began), time.time, time.sleep)


def _listed(found: tuple[failover.Cluster, ...], orders: Orders, *, as_json: bool) -> int:
    asked: dict[str, list[failover.Held]] = {}
    silent: list[str] = []
    for each in found:
        try:
            own = asked.setdefault(each.store, [])
            own += ((each.region, one) for one in each.members())
        except RuntimeFailure as failure:
            if len(found) == 1 or isinstance(failure, NothingRuns):
                raise
            silent.append(f"{each.store} in {each.region}: {failure.summary}")
    members = {
        store: failover.behind([each for each in found if each.store == store], own)
        for store, own in asked.items()
    }
    if as_json:
        screen.as_json({name: [_data(*one) for one in each] for name, each in members.items()})
    elif not found:
        screen.err().print("no store fails over here: write `failover` under it")
    else:
        table = screen.table("store", "region", "member", "is", "state", "behind")
        for store, each_of in members.items():
            for region, one in each_of:
                behind = "" if one.leads else "unknown" if one.lag is None else size(one.lag)
                table.add_row(store, region, one.name, _role(one), one.state, behind)
        screen.out().print(table)
        for told in filter(None, (_taking(*each) for each in members.items())):
            screen.out().print(told)
    for line in (
        *_ordered(orders, members),
        *silent,
        *(told for each in members.items() if (told := _broken_off(*each))),
    ):
        screen.err().print(line)
    whole = members and not silent and all(_whole(each) for each in members.values())
    return screen.READY if whole else screen.NOT_READY


def _ordered(orders: Orders, stores: Iterable[str]) -> Iterator[str]:
    """The newest order for each; nobody waits for what was before, where it cannot be read."""
    for store in stores:
        with suppress(OSError, KeyError, TypeError):
            if told := orders.told(store, time.time()):
                yield told


def _taking(store: str, members: Sequence[failover.Held]) -> str:
    """Who takes the writes, in a sentence that a page can wait for; empty where that is not one."""
    leading = [(region, each.name) for region, each in members if each.leads]
    if len(leading) != 1:
        return ""
    ((region, name),) = leading
    where = f" in {region}" if len({each for each, _ in members}) > 1 else ""
    return f"{name}{where} takes the writes of {store}"


def _broken_off(store: str, members: Sequence[failover.Held]) -> str:
    """What there is to say of a move between regions that stands still; empty where none does."""
    heads = sorted({region for region, each in members if each.heads})
    if any(each.leads for _, each in members) or not heads:
        return ""
    if heads != sorted({region for region, _ in members}):
        return ""  # the other region elects one
    if len(heads) == 1:
        order = f"`seatrial failover {store} --to {heads[0]}`"
        return (
            f"nobody who answers takes writes to {store}; {heads[0]} has a copy, {order} moves it"
        )
    ends = " or ".join(f"`seatrial failover {store} --to {each}`" for each in heads)
    return f"nobody takes writes to {store}: a move was begun and is not at its end; {ends} ends it"


def _whole(members: Sequence[failover.Held]) -> bool:
    """Whether there is one primary, and everybody else follows it."""
    leading = sum(each.leads for _, each in members)
    return leading == 1 and all(each.well for _, each in members)


def _role(member: Member) -> str:
    if member.leads:
        return "primary"
    if member.heads:
        return "head of the copy"
    return "synchronous standby" if member.synchronous else "standby"


def _data(region: str, member: Member) -> Mapping[str, Any]:
    return {
        "name": member.name,
        "region": region,
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
