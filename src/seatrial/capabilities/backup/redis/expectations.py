"""What is expected of a restore of Redis, and with which defect it must turn red."""

from seatrial.capabilities.backup import judges, place, policy
from seatrial.capabilities.backup.expecting import DUG, expected
from seatrial.capabilities.backup.place import PLAN, Keeper
from seatrial.capabilities.backup.snapshots import exact as is_exact
from seatrial.capabilities.backup.snapshots import taken as is_taken
from seatrial.capabilities.backup.spoiling import spoiled
from seatrial.contract.action import Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation

_ENGINES = ("redis",)
_FOLDER = f"${{self.dir}}/{place.REPOSITORY}"
_KEYSTONE = "seatrial:keystone"
# By the daemon, which reaches the server and has its password: the store's image has no shell.
_ASK = """\
import json, pathlib, sys
from redis import Redis
found = json.loads(pathlib.Path(sys.argv[1]).read_text())["server"]
password = pathlib.Path(found["password"]).read_text().strip() if found["password"] else None
server = Redis(found["host"], found["port"], found["database"], password)
server.execute_command(*sys.argv[2:])
"""
_FORBID = ("ACL", "SETUSER", "default", "-sync", "-psync")
_ALLOW = ("ACL", "SETUSER", "default", "+sync", "+psync")


def _asked(keeper: Keeper, words: tuple[str, ...], undo: tuple[str, ...]) -> Execute:
    ask = ("python", "-c", _ASK, f"${{self.dir}}/{PLAN}")
    return Execute(workload=keeper.name, argv=(*ask, *words), undo=(*ask, *undo))


def dug(keeper: Keeper) -> Execute:
    """Delete what is laid before the first backup in a place."""
    keystone = f"{_KEYSTONE}:{keeper.region}" if keeper.region else _KEYSTONE
    return _asked(keeper, ("DEL", keystone), ("SET", keystone, "laid again", "NX"))


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
            actions=(spoiled(place.named(store), _FOLDER, "*.rdb"),),
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
            actions=(_asked(Keeper(store=store), _FORBID, _ALLOW),),
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
            actions=(dug(Keeper(store=store)),),
        ),
    )
