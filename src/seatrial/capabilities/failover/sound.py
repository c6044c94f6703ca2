"""That what must hold of a store still does when another member has taken over."""

from typing import Any

from seatrial.capabilities.failover import judges, place
from seatrial.capabilities.failover.watch import sound as asked
from seatrial.capabilities.failover.watch import watch
from seatrial.contract.action import Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, settled
from seatrial.engines.postgres.sql import command

_OWN = "seatrial"  # where the writers have laid what the control takes away
_TAKEN = "DELETE FROM laid"
_LAID = "INSERT INTO laid VALUES ('before the fault') ON CONFLICT DO NOTHING"


def sound(context: Context, store: str, scenario: str) -> dict[str, Any]:
    """What an expectation says of it: the store's invariants, and one that is always asked."""
    judge = judges.sound(store)
    return {
        "name": f"sound/{scenario}",
        "requirements": ("R21.2", "S5", "T6"),
        "summary": f"What must hold of {store} does, as whoever takes over answers",
        "watches": (watch(store), asked(store)),
        "judge": judge,
        "ripe": settled(judge),
        "control": _taken(context, store),
    }


def _taken(context: Context, store: str) -> Control:
    far = place.sites(context.system, store, context.regions)[-1]
    through = context.placement.endpoint(far.front, "sql")
    taken, laid = (command(each, at=through, database=_OWN) for each in (_TAKEN, _LAID))
    return Control(
        defect=f"what was laid in {store} before the fault is deleted",
        actions=(Execute(workload=place.writers(store), argv=taken, undo=laid),),
    )
