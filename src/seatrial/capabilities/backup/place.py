"""Where backups are taken, and what the daemons that take them are called."""

from seatrial.capabilities.backup import policy
from seatrial.system.model import System

RUNTIME = "local"
HTTP = "http"
REPOSITORY = "repository"  # the folder in which backups lie, and the volume's name


def named(store: str) -> str:
    """The daemon that takes the backups of a store."""
    return f"{store}-backups"


def orders(store: str) -> str:
    """The secret that whoever gives the daemon an order shows."""
    return f"{named(store)}-orders"


def shown(store: str, value: str = "") -> tuple[tuple[str, str], ...]:
    """The headers that show it: its `value`, or its name for the runtime to fill."""
    return (("authorization", f"Bearer {value or f'${{secret.{orders(store)}}}'}"),)


def stores(system: System, runtime: str, *, beside: bool) -> tuple[str, ...]:
    """The stores that are backed up here: where it is promised, and can be done.

    In containers the images would have to hold the products' programs beside ours, and what runs
    without seatrial is not ours to change.
    """
    if beside or runtime != RUNTIME or not system.promised(policy.REQUIREMENT):
        return ()
    return policy.declared(system)
