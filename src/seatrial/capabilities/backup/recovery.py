"""How a store comes back from its backup, and which proof says how long that takes."""

from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.scenarios import scenario_of
from seatrial.contract.declaration import Recovery
from seatrial.contract.procedure import Objective
from seatrial.system.model import System

FIGURE = "restore"  # as the judge of a restore names it
_LOST = "lost at most"  # as the judge of the archive does


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


def objectives(system: System, store: str) -> tuple[Objective, ...]:
    """What a restore is held to, and what was measured of it."""
    took = recovery(store)
    return (
        Objective(
            name="RTO",
            target=system.targets.rto.seconds,
            means=took.means,
            expectation=took.expectation,
            figure=took.figure,
            lacks=took.lacks,
        ),
        Objective(
            name="RPO",
            target=policy.rpo(system, store),
            means="by its archive",
            expectation=f"archived/{scenario_of(store)}",
            figure=_LOST,
            lacks="a setting and the measured way of one segment, not a loss that was seen",
        ),
    )
