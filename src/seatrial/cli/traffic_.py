"""`seatrial traffic`: which region takes users, and another one by plan."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from seatrial.app import traffic
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.asked import agreed
from seatrial.cli.measured import say
from seatrial.cli.where import file_option, json_option
from seatrial.contract.runtime import RuntimeFailure
from seatrial.engines.haproxy.front import Order, Told

_NONE, _CURE = "no service has a front here", "write `front` under one that is exposed"
_WORDS = {Order.NONE: "", Order.FIRST: "first", Order.DRAIN: "drained"}


@click.command("traffic")
@file_option
@json_option
@click.option("--to", metavar="REGION", default="", help="Takes users while it is ready.")
@click.option("--drain", metavar="REGION", multiple=True, help="Takes no users, whatever happens.")
@click.option("--auto", is_flag=True, help="Home takes users while it is ready, as without orders.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Without asking.")
@click.argument("service", required=False)
def command(
    file: Path,
    *,
    as_json: bool,
    to: str,
    drain: tuple[str, ...],
    auto: bool,
    dry_run: bool,
    yes: bool,
    service: str | None,
) -> None:
    """Lead users of SERVICE, or of every service with a front, to another region.

    Without an order, say who takes users and how each region is. An order replaces the one before,
    and holds until the next, also over `seatrial up`. Requests that are under way end where they
    are: with --to and --drain the command waits for them. Where a region is lost users are led
    elsewhere without it.
    """
    if sum(map(bool, (to, drain, auto))) > 1:
        raise click.UsageError("write one of --to, --drain and --auto")
    given = bool(to or drain or auto)
    if not given and (dry_run or yes):
        raise click.UsageError("write the order, too: --to, --drain or --auto")
    try:
        found = traffic.ways(file, service or "")
        if not given:
            sys.exit(_listed(found, as_json=as_json))
        _led(found, to, drain, dry_run=dry_run, yes=yes, as_json=as_json)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear


def _led(
    found: tuple[traffic.Way, ...],
    to: str,
    drain: tuple[str, ...],
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    if not found:
        raise Unclear(_NONE, _CURE)
    orders = [each.order(first=to, drained=drain) for each in found]
    for each, order in zip(found, orders, strict=True):
        each.allowed(order)
        _shown(each, order)
    if dry_run:
        return
    if not yes:
        names = " and ".join(each.front.service for each in found)
        agreed(f"Lead users of {names} so?")
    began, seen = time.time(), {}
    for each, order in zip(found, orders, strict=True):
        each.give(order)
        told = each.obeyed(order, time.time, time.sleep)
        seen[each.front.service] = told
        say(f"{told.takes or 'no region'} takes users of {each.front.service}", began)
        left = [name for name in each.regions if name != told.takes]
        if any(one is not Order.NONE for one in order.values()):
            say(f"nothing is under way in {' and '.join(left)}", began)
    if as_json:
        screen.as_json({name: _data(told) for name, told in seen.items()})


def _shown(way: traffic.Way, orders: Mapping[str, Order]) -> None:
    said = way.seen()
    then = way.expected(orders) or "nobody"
    console, service = screen.err(), way.front.service
    console.print(f"{service}: {said.takes or 'nobody'} takes users, then {then} does")
    for region, each in orders.items():
        if each is not Order.NONE:
            meaning = {
                Order.FIRST: f"{region} takes users while it is ready",
                Order.DRAIN: f"{region} takes none, whatever becomes of the others",
            }
            console.print(f"  {meaning[each]}, until `seatrial traffic {service} --auto`")
        elif (before := said.regions[region].order) is not Order.NONE:
            # perhaps somebody else's, who counts on it
            console.print(f"  {region} is {_WORDS[before]} no longer")


def _listed(found: tuple[traffic.Way, ...], *, as_json: bool) -> int:
    told: dict[str, Told] = {}
    silent: list[str] = []
    for each in found:
        try:
            told[each.front.service] = each.seen()
        except RuntimeFailure as failure:
            if len(found) == 1:
                raise
            silent.append(failure.summary)
    if as_json:
        screen.as_json({name: _data(each) for name, each in told.items()})
    elif not found:
        screen.err().print(f"{_NONE}: {_CURE}")
    else:
        table = screen.table("service", "region", "is", "ready replicas", "order", "under way")
        for service, seen in told.items():
            for region, one in seen.regions.items():
                row = (str(one.ready), _WORDS[one.order], str(one.busy))
                table.add_row(service, region, _state(seen, region), *row)
        screen.out().print(table)
    for line in silent:
        screen.err().print(line)
    whole = told and not silent and all(map(_whole, told.values()))
    return screen.READY if whole else screen.NOT_READY


def _state(told: Told, region: str) -> str:
    if told.takes == region:
        return "takes users"
    each = told.regions[region]
    if not each.ready:
        return "not ready"
    return "stands by" if each.steady else "stands by, ready for a short time"


def _whole(told: Told) -> bool:
    """Whether users are led somewhere, and every region could take them."""
    return bool(told.takes) and all(each.ready for each in told.regions.values())


def _data(told: Told) -> Mapping[str, Any]:
    return {
        "takes": told.takes,
        "regions": {
            name: {
                "order": each.order.value,
                "ready": each.ready,
                "steady": each.steady,
                "under_way": each.busy,
            }
            for name, each in told.regions.items()
        },
    }
