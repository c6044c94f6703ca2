"""What is expected of a restore of Redis, and with which defect it must turn red."""

from seatrial.capabilities.backup import judges, place, policy
from seatrial.capabilities.backup.expecting import DUG, MEND, expected
from seatrial.capabilities.backup.snapshots import exact as is_exact
from seatrial.capabilities.backup.snapshots import taken as is_taken
from seatrial.contract.action import Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation
from seatrial.engines.redis.copies import SEATRIAL, command

_ENGINES = ("redis",)
_FOLDER = f"${{self.dir}}/{place.REPOSITORY}"
# half of each snapshot that is there is gone; what is broken is kept beside it
_SPOIL = (
    'for file in "$0"/*.rdb; do cp -p "$file" "$file.kept" && head -c'
    ' "$(($(wc -c < "$file.kept") / 2))" "$file.kept" > "$file"; done'
)
_KEYSTONE = "seatrial:keystone"
_DIG = command("-n", str(SEATRIAL), "DEL", _KEYSTONE)
_LAY = command("-n", str(SEATRIAL), "SET", _KEYSTONE, "laid again", "NX")
_FORBID = command("ACL", "SETUSER", "default", "-sync", "-psync")
_ALLOW = command("ACL", "SETUSER", "default", "+sync", "+psync")


def exact(context: Context, store: str) -> Expectation:
    """A snapshot is what its moment says."""
    judge = is_exact(store, context.system.targets.rto.seconds)
    return expected(
        store,
        "exact",
        engines=_ENGINES,
        summary=f"A copy of {store} for a random moment is as it was at the newest backup before"
        " it: nothing less, nothing more",
        judge=judge,
        control=Control(
            defect="half of each backup that was there is gone",
            actions=(
                Execute(
                    workload=place.named(store),
                    argv=("sh", "-c", _SPOIL, _FOLDER),
                    undo=("sh", "-c", MEND, _FOLDER),
                ),
            ),
        ),
    )


def taken(context: Context, store: str) -> Expectation:
    """What is lost with the server is within the RPO."""
    judge = is_taken(store, policy.rpo(context.system, store))
    return expected(
        store,
        "taken",
        engines=_ENGINES,
        summary=f"How often a backup of {store} is due, as set, and how long one measurably takes"
        " are together within the RPO",
        judge=judge,
        control=Control(
            defect="the server lets nobody copy it",
            actions=(Execute(workload=store, argv=_FORBID, undo=_ALLOW),),
        ),
    )


def whole(context: Context, store: str) -> Expectation:
    """What is declared of the data holds in the newest backup."""
    judge = judges.whole(store, tuple(context.system.stores[store].invariants))
    return expected(
        store,
        "whole",
        engines=_ENGINES,
        summary=f"Each invariant of {store} holds in a copy of the newest backup, whose checksum"
        " is right",
        judge=judge,
        control=Control(
            defect=DUG,
            actions=(Execute(workload=store, argv=_DIG, undo=_LAY),),
        ),
    )
