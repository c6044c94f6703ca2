"""A store's way to another region, on the screen."""

import getpass
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import click

from seatrial.app.failover import Cluster
from seatrial.app.orders import BEGUN, ENDED, Orders
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
    orders: Orders,
    accepted: float | None,
    dry_run: bool,
    yes: bool,
    as_json: bool = False,
) -> None:
    """Move the store to that region of its own, after the plan was shown.

    What is lost is a failure, unless it was accepted. Two orders of one store at once could each
    undo what the other has fenced: the second is refused. Raises Unclear and RuntimeFailure.
    """
    move = _move(sites, to)
    with ExitStack() as held:
        if yes and not dry_run:
            held.enter_context(_alone(move))
        steps = move.planned()
        _plan(move, steps, as_json=as_json)
        if not steps:
            return
        _allowed(move, steps, accepted, told=True)
        if dry_run:
            return
        if not yes:
            if steps != (Step.JOIN,):  # that only waits
                agreed(f"Move {move.source.store} to {to}?")
            held.enter_context(_alone(move))
            if move.planned() != steps:
                raise Unclear(
                    "it is otherwise now than when you were asked", "give the order again"
                )
            _allowed(move, steps, accepted)  # what is lost may grow while people think
        sys.exit(_done(move, steps, accepted, orders, as_json=as_json))


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"  # a container knows no names


def _kept(orders: Orders, kind: str, entry: Mapping[str, Any]) -> None:
    """At night a full disk is no reason to leave a store where it is."""
    try:
        orders.add(kind, {**entry, "at": time.time()})
    except OSError as error:
        screen.err().print(f"this order is in no record: {error}")


def _alone(move: Relocation) -> AbstractContextManager[None]:
    return move.source.runtime.locked("failover", of=move.source.store)


def _plan(move: Relocation, steps: Sequence[Step], *, as_json: bool) -> None:
    console, store, to = screen.err(), move.source.store, move.target.region
    if Step.PROMOTE in steps:
        console.print(f"{store}: from {move.source.region} to {to}")
    else:
        console.print(f"{store} is in {to} already: {to} takes the writes")
    if not steps and as_json:
        screen.as_json({"store": store, "from": "", "to": to, "steps": (), "seen": None})
    _steps(move, steps)


def _allowed(
    move: Relocation, steps: Sequence[Step], accepted: float | None, *, told: bool = False
) -> None:
    if Step.PROMOTE in steps or Step.FENCE in steps:
        said = move.allowed(accepted, time.time)
        if told:
            screen.err().print(f"  {said}")
        move.archived(accepted)


def _done(
    move: Relocation,
    steps: Sequence[Step],
    accepted: float | None,
    orders: Orders,
    *,
    as_json: bool,
) -> int:
    """Carry it out, and tell what was seen meanwhile; the exit code of that.

    The order is kept before and after, however it ends.
    """
    where = {"from": move.source.region, "to": move.target.region}
    about = {"store": move.source.store, **where}
    bound = _bound(move, steps, accepted)
    since = move.since(time.time)  # before it is moved: then nobody knows what it had
    came: Mapping[str, Any] = {"lost": None, "failed": "it was broken off"}
    _kept(orders, BEGUN, {**about, "by": _who(), "accepted": accepted})
    try:
        late = _carried(move, steps)
        told = measured(move.target, since)
        lost = told and told["whole"] and told["lost"]
        came = {"lost": lost["rows"] if lost else None}
    except RuntimeFailure as failure:
        came = {"lost": None, "failed": failure.summary}
        raise
    finally:
        _kept(orders, ENDED, {**about, **came})
    code = shown(told, bound)
    if as_json:
        screen.as_json({"store": move.source.store, **where, "steps": steps, "seen": told})
    if late is not None:
        raise late
    return code


def _bound(move: Relocation, steps: Sequence[Step], accepted: float | None) -> float | None:
    """How much may be lost, in seconds: nothing of what is handed over."""
    if Step.CATCH_UP in steps:
        return None
    return move.source.rpo if accepted is None else accepted


def _carried(move: Relocation, steps: Sequence[Step]) -> RuntimeFailure | None:
    """Why it is moved, and yet not all is as it should be; else it is, or raises."""
    began = time.time()
    try:
        move.carried_out(tuple(steps), lambda told: say(told, began), time.time, time.sleep)
    except RuntimeFailure as failure:
        if not move.view(move.target).primary:
            raise
        return failure  # what was seen of the move is told all the same
    except KeyboardInterrupt:
        store = move.source.store
        stands = f"`seatrial failover` says how {store} stands, and the same order goes on"
        screen.err().print(f"broken off: {stands}")
        raise
    return None


def rebuilt(sites: Sequence[Cluster], region: str, *, dry_run: bool, yes: bool) -> None:
    """Copy what a region has of the store anew, after the plan was shown.

    Raises Unclear and RuntimeFailure.
    """
    other = next(each.region for each in sites if each.region != region)
    move = _move(sites, other)
    screen.err().print(f"{move.source.store}: {region} is made a copy of {other} anew")
    _steps(move, move.anew())
    if dry_run:
        return
    if not yes:
        agreed(f"Set aside what {region} holds?")
    began = time.time()
    with _alone(move):
        steps = move.anew()  # whoever moved it meanwhile has made this one the primary
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
