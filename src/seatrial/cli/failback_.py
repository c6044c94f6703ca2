"""`seatrial failback`: a store returns to its home region."""

from pathlib import Path

import click

from seatrial.app import failover
from seatrial.app.orders import Orders
from seatrial.app.unclear import Unclear
from seatrial.cli.relocated import home_of, loss_option, relocated
from seatrial.cli.where import file_option


@click.command("failback")
@file_option
@loss_option
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Without asking.")
@click.argument("store")
def command(file: Path, *, accept_loss: float | None, dry_run: bool, yes: bool, store: str) -> None:
    """Move STORE back to its home region, as `seatrial failover STORE --to HOME` does.

    Home is made a copy first of what went on without it, so that nothing is lost on the way back.
    """
    try:
        sites = failover.cluster(file, store)
        orders = Orders(folder=file.resolve().parent)
        home = home_of(sites)
        relocated(sites, home, orders=orders, accepted=accept_loss, dry_run=dry_run, yes=yes)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
