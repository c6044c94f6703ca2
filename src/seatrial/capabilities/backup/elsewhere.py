"""What is expected of snapshots that lie in another region, and with which defect it turns red."""

from collections.abc import Callable
from functools import partial

from seatrial.capabilities.backup import judges, place, policy, snapshots
from seatrial.capabilities.backup.expecting import expected
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.product import ExpectedElsewhere
from seatrial.capabilities.backup.spoiling import spoiled
from seatrial.contract.action import Action, Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation
from seatrial.engines.versitygw import workload as vault

_MODE = "import os, sys; os.chmod(sys.argv[1], int(sys.argv[2], 8))"
_CLOSED, _OPEN = "500", "755"


def expectations(
    *engines: str, digs: Callable[[Keeper], Action], defect: str
) -> tuple[ExpectedElsewhere, ...]:
    """Of a product whose own `engines` take part in it.

    `digs` deletes what is laid before the first backup there, a `defect` in these words.
    """
    every = (*engines, "restic", "versitygw")
    return (
        partial(_exact, engines=every),
        partial(_taken, engines=every),
        partial(_whole, engines=every, digs=digs, defect=defect),
    )


def _exact(context: Context, keeper: Keeper, *, engines: tuple[str, ...]) -> Expectation:
    """A snapshot there is what its moment says."""
    store, region = keeper.store, keeper.region
    return expected(
        store,
        "exact",
        region=region,
        engines=engines,
        summary=f"A copy of {store} for a random moment, from the backups in {region} and none at"
        " home, has what was there at the newest one before it: nothing less, nothing later",
        judge=snapshots.exact(store, context.system.targets.rto.seconds),
        control=Control(
            defect=f"half of each file in which backups lie in {region} is gone",
            actions=(spoiled(place.vault(store, region), _folder(store, "data"), "**/*"),),
        ),
        kept=policy.path(context.system, store)[0],
    )


def _taken(context: Context, keeper: Keeper, *, engines: tuple[str, ...]) -> Expectation:
    """What is lost with the whole region that is home is within the RPO."""
    store, region = keeper.store, keeper.region
    mode = ("python", "-c", _MODE, _folder(store, "snapshots"))
    return expected(
        store,
        "taken",
        region=region,
        engines=engines,
        summary=f"How often a backup of {store} into {region} is due, as set, and how long one"
        " measurably takes until all of it lies there are together within the RPO",
        judge=snapshots.taken(store, policy.rpo(context.system, store)),
        control=Control(
            defect=f"{region} takes in no further backup",
            actions=(
                Execute(
                    workload=place.vault(store, region),
                    argv=(*mode, _CLOSED),
                    undo=(*mode, _OPEN),
                ),
            ),
        ),
        kept=policy.path(context.system, store)[0],
    )


def _whole(
    context: Context,
    keeper: Keeper,
    *,
    engines: tuple[str, ...],
    digs: Callable[[Keeper], Action],
    defect: str,
) -> Expectation:
    """What is declared of the data holds in the newest backup there."""
    store, region = keeper.store, keeper.region
    kept = policy.path(context.system, store)[0]
    unchanged = ", and each file that has not changed since is as it is"
    return expected(
        store,
        "whole",
        region=region,
        engines=engines,
        summary=f"In a copy of {store}'s newest backup in {region} each invariant holds"
        + (unchanged if kept == "services" else ""),
        judge=judges.whole(store, tuple(policy.kept(context.system, store).invariants)),
        control=Control(defect=defect, actions=(digs(keeper),)),
        kept=kept,
    )


def _folder(store: str, name: str) -> str:
    return f"${{self.dir}}/{vault.OBJECTS}/{vault.BUCKET}/{store}/{name}"
