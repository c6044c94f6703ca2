"""How a store comes back from its backup, and which proof says how long that takes."""

from seatrial.capabilities.backup.scenarios import scenario_of
from seatrial.contract.declaration import Recovery

FIGURE = "restore"  # as the judge of a restore names it


def recovery(store: str) -> Recovery:
    """A restore is measured into a copy, which nobody is led to."""
    return Recovery(
        subject=store,
        means="restored from its backup",
        expectation=f"exact/{scenario_of(store)}",
        figure=FIGURE,
        lacks="the restore is into a copy: to notice, to decide and to lead services to it is not"
        " in it",
    )
