"""What is expected of a restore of files, and with which defect it must turn red."""

from seatrial.capabilities.backup import judges, place, policy, snapshots
from seatrial.capabilities.backup.expecting import expected
from seatrial.capabilities.backup.files.place import OWN
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.spoiling import spoiled
from seatrial.contract.action import Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation

_ENGINES = ("restic",)
_FOLDER = f"${{self.dir}}/{place.REPOSITORY}/restic/data"
_CLOSED = f"${{self.shared}}/{OWN}/kept/closed"
_REMOVE = "import pathlib, sys; pathlib.Path(sys.argv[1]).unlink(missing_ok=True)"
_LAY = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('laid\\n')"
_CLOSE = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch(0o000)"
DUG = "a file that was there before the first backup was deleted"


def dug(keeper: Keeper) -> Execute:
    """Delete what is laid before the first backup in a place."""
    own = f"{OWN}/in-{keeper.region}" if keeper.region else OWN
    return _done(keeper, f"${{self.shared}}/{own}/kept/keystone", _REMOVE, undo=_LAY)


def _done(keeper: Keeper, file: str, script: str, *, undo: str) -> Execute:
    """By the daemon, as the service's user: the service's image may hold nothing to do it with."""
    return Execute(
        workload=keeper.name,
        argv=("python", "-c", script, file),
        undo=("python", "-c", undo, file),
    )


def exact(context: Context, service: str) -> Expectation:
    """A snapshot is what its moment says."""
    judge = snapshots.exact(service, context.system.targets.rto.seconds)
    return expected(
        service,
        "exact",
        engines=_ENGINES,
        summary=f"A copy of {service}'s files for a random moment has what was there at the newest"
        " backup before it: nothing less, nothing later",
        judge=judge,
        control=Control(
            defect="half of each file in which backups lie is gone",
            actions=(spoiled(place.named(service), _FOLDER, "**/*"),),
        ),
        kept="services",
    )


def taken(context: Context, service: str) -> Expectation:
    """What is lost with the disk is within the RPO."""
    judge = snapshots.taken(service, policy.rpo(context.system, service))
    return expected(
        service,
        "taken",
        engines=_ENGINES,
        summary=f"How often a backup of {service}'s files is due, as set, and how long one"
        " measurably takes are together within the RPO",
        judge=judge,
        control=Control(
            defect="beside what is kept lies a file that nobody can read",
            actions=(_done(Keeper(store=service), _CLOSED, _CLOSE, undo=_REMOVE),),
        ),
        kept="services",
    )


def whole(context: Context, service: str) -> Expectation:
    """What is declared of the files holds in the newest backup."""
    judge = judges.whole(service, tuple(context.system.services[service].invariants))
    return expected(
        service,
        "whole",
        engines=_ENGINES,
        summary=f"In a copy of {service}'s newest backup each invariant holds, and each file that"
        " has not changed since is as it is",
        judge=judge,
        control=Control(
            defect=DUG,
            actions=(dug(Keeper(store=service)),),
        ),
        kept="services",
    )
