"""A store's way to another region, on the screen."""

import sys
import time
from collections.abc import Sequence

import click

from seatrial.app.failover import Cluster
from seatrial.app.relocation import Relocation, Step
from seatrial.app.unclear import Unclear
from seatrial.cli import screen
from seatrial.cli.asked import agreed
from seatrial.cli.measured import measured, say, shown
from seatrial.contract.runtime import RuntimeFailure
from seatrial.system.units import Duration


def _loss(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    """How old what is lost may be, in seconds, as it is written after an option."""
    if value is None:
        return None
    try:
        return Duration.parse(value).seconds
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


loss_option = click.option(
    "--accept-loss",
    metavar="DURATION",
    callback=_loss,
    help="Of a lost region: how old what is lost may be; else the RPO. Of one that is led away:"
    " that what waits for the archive stays out of it.",
)


def relocated(
    sites: Sequence[Cluster],
    to: str,
    *,
    accepted: float | None,
    dry_run: bool,
    yes: bool,
    as_json: bool = False,
) -> None:
    """Move the store to that region of its own, after the plan was shown.

    What is lost is a failure, unless it was accepted. Raises Unclear and RuntimeFailure.
    """
    move, console, store = _move(sites, to), screen.err(), sites[0].store
    steps = move.planned()
    if Step.PROMOTE not in steps:
        console.print(f"{store} is in {to} already: {to} takes the writes")
    else:
        console.print(f"{store}: from {move.source.region} to {to}")
    if not steps:
        if as_json:
            screen.as_json({"store": store, "from": "", "to": to, "steps": (), "seen": None})
        return
    _steps(move, steps)
    if Step.PROMOTE in steps or Step.FENCE in steps:
        console.print(f"  {move.allowed(accepted, time.time)}")
        move.archived(accepted)
    if dry_run:
        return
    if not yes and steps != (Step.JOIN,):  # that only waits
        agreed(f"Move {store} to {to}?")
        if move.planned() != steps:
            raise Unclear("it is otherwise now than when you were asked", "give the order again")
        move.allowed(accepted, time.time)  # what is lost may grow while people think
        move.archived(accepted)
    code = _done(move, steps, as_json=as_json)
    if accepted is None:
        sys.exit(code)


def _done(move: Relocation, steps: Sequence[Step], *, as_json: bool) -> int:
    """Carry it out, and tell what was seen meanwhile; the exit code of that."""
    began = time.time()
    late: RuntimeFailure | None = None
    try:
        move.carried_out(tuple(steps), lambda told: say(told, began), time.time, time.sleep)
    except RuntimeFailure as failure:
        if not move.view(move.target).primary:
            raise
        late = failure  # the store is moved: what was seen of that is told all the same
    told = measured(move.target, began)
    code = shown(told)
    if as_json:
        where = {"from": move.source.region, "to": move.target.region}
        screen.as_json({"store": move.source.store, **where, "steps": steps, "seen": told})
    if late is not None:
        raise late
    return code


def rebuilt(sites: Sequence[Cluster], region: str, *, dry_run: bool, yes: bool) -> None:
    """Copy what a region has of the store anew, after the plan was shown.

    Raises Unclear and RuntimeFailure.
    """
    other = next(each.region for each in sites if each.region != region)
    move = _move(sites, other)
    steps = move.anew()
    screen.err().print(f"{move.source.store}: {region} is made a copy of {other} anew")
    _steps(move, steps)
    if dry_run:
        return
    if not yes:
        agreed(f"Set aside what {region} holds?")
    began = time.time()
    move.carried_out(steps, lambda told: say(told, began), time.time, time.sleep)


def _move(sites: Sequence[Cluster], to: str) -> Relocation:
    target = next(each for each in sites if each.region == to)
    return Relocation(source=next(each for each in sites if each is not target), target=target)


def _steps(move: Relocation, steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps, start=1):
        does, checked = move.told(step)
        screen.err().print(f"  {number}. {does}; checked: {checked}")


def home_of(sites: Sequence[Cluster]) -> str:
    """The region in which a store is while all is well. Raises Unclear: it has one only."""
    if len(sites) == 1:
        store = sites[0].store
        raise Unclear(
            f"{store} has no copy in another region", f"write stores.{store}.failover.region"
        )
    return sites[0].region
