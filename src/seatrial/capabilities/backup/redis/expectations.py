"""What is expected of a restore of Redis, and with which defect it must turn red."""

from functools import partial

from seatrial.capabilities.backup import judges, place, policy
from seatrial.capabilities.backup.redis.judges import exact as is_exact
from seatrial.capabilities.backup.redis.judges import taken as is_taken
from seatrial.capabilities.backup.scenarios import scenario_of, watch
from seatrial.contract.action import Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, settled
from seatrial.engines.redis.copies import SEATRIAL, command

_FOLDER = f"${{self.dir}}/{place.REPOSITORY}"
# half of each snapshot that is there is gone; what is broken is kept beside it
_SPOIL = (
    'for file in "$0"/*.rdb; do cp -p "$file" "$file.kept" && head -c'
    ' "$(($(wc -c < "$file.kept") / 2))" "$file.kept" > "$file"; done'
)
_MEND = 'find "$0" -name "*.kept" | while read -r kept; do mv "$kept" "${kept%.kept}"; done'
_KEYSTONE = "seatrial:keystone"
_DIG = command("-n", str(SEATRIAL), "DEL", _KEYSTONE)
_LAY = command("-n", str(SEATRIAL), "SET", _KEYSTONE, "laid again", "NX")
_FORBID = command("ACL", "SETUSER", "default", "-sync", "-psync")
_ALLOW = command("ACL", "SETUSER", "default", "+sync", "+psync")


def _expectation(store: str) -> partial[Expectation]:
    return partial(
        Expectation, scenario=scenario_of(store), watches=(watch(store),), engines=("redis",)
    )


def exact(context: Context, store: str) -> Expectation:
    """A snapshot is what its moment says."""
    judge = is_exact(store, context.system.targets.rto.seconds)
    return _expectation(store)(
        name=f"exact/{scenario_of(store)}",
        requirements=("R20.1", "S5"),
        summary=f"A copy of {store} for a random moment is as it was at the newest backup before"
        " it: nothing less, nothing more",
        judge=judge,
        control=Control(
            defect="half of each backup that was there is gone",
            actions=(
                Execute(
                    workload=place.named(store),
                    argv=("sh", "-c", _SPOIL, _FOLDER),
                    undo=("sh", "-c", _MEND, _FOLDER),
                ),
            ),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}", "targets.rto"),
    )


def taken(context: Context, store: str) -> Expectation:
    """What is lost with the server is within the RPO."""
    judge = is_taken(store, policy.rpo(context.system, store))
    return _expectation(store)(
        name=f"taken/{scenario_of(store)}",
        requirements=("R20.1", "S5"),
        summary=f"How often a backup of {store} is due, as set, and how long one measurably takes"
        " are together within the RPO",
        judge=judge,
        control=Control(
            defect="the server lets nobody copy it",
            actions=(Execute(workload=store, argv=_FORBID, undo=_ALLOW),),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}", "targets.rpo"),
    )


def whole(context: Context, store: str) -> Expectation:
    """What is declared of the data holds in the newest backup."""
    judge = judges.whole(store, tuple(context.system.stores[store].invariants))
    return _expectation(store)(
        name=f"whole/{scenario_of(store)}",
        requirements=("R20.4",),
        summary=f"Each invariant of {store} holds in a copy of the newest backup, whose checksum"
        " is right",
        judge=judge,
        control=Control(
            defect="what was laid down before the first backup was deleted from the server",
            actions=(Execute(workload=store, argv=_DIG, undo=_LAY),),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}",),
    )
