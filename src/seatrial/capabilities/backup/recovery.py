"""How a store comes back from its backup, and which proof says how long that takes."""

from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.place import scenario_of
from seatrial.contract.declaration import Recovery
from seatrial.contract.procedure import Objective
from seatrial.system.model import System

FIGURE = "restore"  # as the judge of a restore names it
_LOST = "lost at most"  # as the judges of the archive and of snapshots do


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
    snapped = isinstance(policy.of(system, store), policy.Snapped)
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
            means="by its snapshots" if snapped else "by its archive",
            expectation=f"{'taken' if snapped else 'archived'}/{scenario_of(store)}",
            figure=_LOST,
            lacks="a setting and the measured time of one "
            f"{'snapshot' if snapped else 'segment'}, not a loss that was seen",
        ),
    )
