"""What a person types to take a backup of a store, and to have it as it was."""

from seatrial.capabilities.backup import place, policy, products, whereabouts
from seatrial.capabilities.backup.recovery import objectives
from seatrial.capabilities.backup.steady import alone, steady
from seatrial.contract.procedure import (
    FILE,
    MARK,
    NOW,
    Blank,
    Kind,
    Procedure,
    Rehearsal,
    Step,
)
from seatrial.contract.words import duration
from seatrial.system.held import fails_over
from seatrial.system.model import System

MOMENT = Blank(
    name="MOMENT",
    meaning="the last moment before the damage, with its zone",
    example="2026-11-23 10:15:30+01:00",
)
COPY = Blank(
    name="COPY",
    meaning="a name for the copy, of small letters, digits and hyphens",
    example="recovered",
)
_BUSY = "is being done since"  # as the daemon says that something else is done
_LACKS = (
    "The store is restored as a copy beside itself. Where a copy can take the store's place, the"
    " page restore-in-place leads to that."
)
_LACKS_OF_CLUSTER = (
    "The store is restored as a copy beside itself. In place of its members nothing is restored:"
    " what is needed of the copy is brought over with pg_dump and psql, which is somebody's work."
)
_LACKS_OF_FILES = (
    "The files are restored as a copy beside the service. To lay them back into its place is"
    " somebody's work, while the service is stopped."
)


def procedures(system: System, store: str) -> tuple[Procedure, ...]:
    """Those of a store, or of a service's files, that are backed up."""
    return (backup(system, store), _restore(system, store))


def backup(system: System, store: str) -> Procedure:
    """A backup by hand."""
    name = f"backup-{store}"
    return Procedure(
        name=name,
        kind=Kind.BACKUP,
        subject=store,
        owner=policy.kept(system, store).owner,
        purpose=f"A backup of {store} now, beside those that are taken when they are due",
        facts=(*_schedule(system, store), whereabouts.fact(system, store)),
        blanks=(),
        steps=(
            Step(
                does="Take one",
                argv=(*seatrial("backup"), "now", store),
                expects="The backup's name, how much it restores, how much it takes",
                shows="restores",
            ),
            Step(
                does="See that it is among those that are held",
                argv=seatrial("backup"),
                expects="It is the newest, and none is called damaged",
                shows=store,
            ),
        ),
        lacks=whereabouts.of_backup(system, store),
        depends=(".".join(policy.path(system, store)),),
        expectation=f"followed/{name}",
        rehearsal=Rehearsal(
            workload=place.named(store),
            blanks=(),
            radius=_radius(store),
            steady=(steady(store),),
            busy=_BUSY,
        ),
    )


def _schedule(system: System, store: str) -> tuple[tuple[str, str], ...]:
    """What is taken when, as the head of a page has it."""
    found = policy.of(system, store)
    kept = (
        ("Kept for", str(found.keep)),
        ("Read and held against its checksums", f"every {found.schedule.verify}"),
        ("Taken by", place.named(store)),
    )
    if isinstance(found, policy.Snapped):
        every = policy.schedule(system, store)["full"]
        return (("A snapshot", f"every {duration(every)}"), *kept)
    timeout = policy.archive_timeout(policy.rpo(system, store))
    return (
        ("A full backup", f"every {found.schedule.full}"),
        ("What changed since the last full one", f"every {found.schedule.differential}"),
        ("What changed since the last one", f"every {found.schedule.incremental}"),
        ("The log", f"segment by segment, after {timeout} s at most"),
        *kept,
    )


def _restore(system: System, store: str) -> Procedure:
    name = f"restore-{store}"
    restore = (*seatrial("restore"), store)
    into = (*restore, "--to", MOMENT.mark, "--into", COPY.mark)
    remove = (*restore, "--remove", COPY.mark)
    files = policy.product(system, store) == policy.FILES
    lies = "the folder in which the copy lies" if files else "the address at which the copy answers"
    return Procedure(
        name=name,
        kind=Kind.RECOVERY,
        subject=store,
        owner=policy.kept(system, store).owner,
        purpose=f"{_named(system, store)} as it was at a moment, as a copy beside it;"
        f" {store} itself goes on",
        facts=(
            ("Reaches back", str(policy.of(system, store).keep)),
            whereabouts.fact(system, store),
        ),
        objectives=objectives(system, store),
        blanks=(MOMENT, COPY),
        steps=(
            *searched(system, store),
            Step(
                does="See which backups there are",
                argv=seatrial("backup"),
                expects="One ended before the moment that you want to go back to",
                shows=store,
            ),
            Step(
                does="See what would be done",
                argv=(*into, "--dry-run"),
                expects="It names the backup that it begins with, and more is free than it needs",
                shows="are free",
            ),
            Step(
                does="Do it",
                argv=into,
                expects=f"`ok` before each invariant, and {lies}",
                shows="the copy lies in" if files else "the copy answers at",
            ),
            Step(
                does="Remove the copy, once nobody needs it any more",
                argv=remove,
                expects="Its folder is gone" if files else "Its address is free for another copy",
                shows="removed the copy",
            ),
        ),
        lacks=f"{_lacks(system, store)} {whereabouts.of_restore(system, store)}",
        depends=(".".join(policy.path(system, store)), "targets.rto"),
        expectation=f"followed/{name}",
        rehearsal=Rehearsal(
            workload=place.named(store),
            blanks=((MOMENT.name, NOW), (COPY.name, f"followed-{MARK}")),
            radius=_radius(store),
            steady=(steady(store), alone(store)),
            undo=(remove,),
            nothing=("there is no copy",),
            busy=_BUSY,
        ),
    )


def searched(system: System, store: str) -> tuple[Step, ...]:
    """How the moment is found, where the store's log tells it."""
    if products.of(system, store).searched:
        return (
            Step(
                does="Where you do not know the moment: see what took rows away in the last hour,"
                " and the moment before",
                argv=(*seatrial("deletions"), store),
                expects="What was dropped, emptied, deleted and overwritten, the newest first;"
                " `--since 1d` looks back further",
                shows="segments of the log were read",
            ),
        )
    return ()


def _lacks(system: System, store: str) -> str:
    """What nobody is shown of a restore."""
    if policy.product(system, store) == policy.FILES:
        return _LACKS_OF_FILES
    return _LACKS_OF_CLUSTER if fails_over(system, store) else _LACKS


def _named(system: System, store: str) -> str:
    return f"What {store} keeps" if policy.product(system, store) == policy.FILES else store


def seatrial(command: str) -> tuple[str, ...]:
    """The beginning of a command of this program, about this system."""
    return ("seatrial", command, "--file", FILE)


def _radius(store: str) -> frozenset[str]:
    return frozenset({store, place.named(store)})
