"""What a person types to have a copy take the store's place, and to take that back."""

from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.procedures import COPY, MOMENT, searched, seatrial
from seatrial.capabilities.backup.recovery import objectives
from seatrial.contract.procedure import Blank, Kind, Objective, Procedure, Step
from seatrial.system.model import System

ASIDE = Blank(
    name="ASIDE",
    meaning="a name for the copy of what the store had, of small letters, digits and hyphens",
    example="before-the-restore",
)
RESTORED = Blank(
    name="RESTORED",
    meaning="a name for the copy of what the restore had brought",
    example="restored-in-vain",
)
AWAY = "the store was away"  # the figure, in seconds
TAKE = "--take"  # what the commands have that change places
_DONE = "there is a full backup of what"
# What a drill writes for each blank.
VALUES = {
    COPY.name: "drill-restored",
    ASIDE.name: "drill-before",
    RESTORED.name: "drill-after",
}


def scenario_of(store: str) -> str:
    """The scenario in which both pages are followed."""
    return f"restore-in-place-{store}"


def procedures(system: System, store: str) -> tuple[Procedure, ...]:
    """Both pages."""
    return (replace(system, store), take_back(system, store))


def replace(system: System, store: str) -> Procedure:
    """The store as it was at a moment, in its own place."""
    restore = (*seatrial("restore"), store)
    into = (*restore, "--to", MOMENT.mark, "--into", COPY.mark)
    name = f"restore-in-place-{store}"
    return Procedure(
        name=name,
        kind=Kind.RECOVERY,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"{store} itself as it was at a moment: its users have that from then on",
        facts=(
            ("Reaches back", str(policy.of(system, store).keep)),
            *_snapped(system, store),
            ("What was written since", "is in a copy, which can take its place again"),
            ("To take it back", f"the page take-back-{store}"),
        ),
        objectives=(_rto(system, f"replaced/{scenario_of(store)}"), *_rpo(system, store)),
        blanks=(MOMENT, COPY, ASIDE),
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
                does="Restore a copy, while the store goes on",
                argv=into,
                expects="`ok` before each invariant. Look at the copy at the address that is told:"
                " is it what you want? Nothing has changed yet",
                shows="the copy answers at",
            ),
            Step(
                does="Have it take the place of the store, whose users then miss what was written"
                " since the moment",
                argv=(*restore, TAKE, COPY.mark, "--aside", ASIDE.mark, "--confirm", store),
                expects="For how long the store was away. What it had is a copy now, under the name"
                " that you have given it",
                shows=_DONE,
            ),
        ),
        lacks="What was written after the moment is in the copy that was set aside, and nobody"
        " brings it into the store. It takes as much room as the data until `seatrial restore"
        f" {store} --remove` deletes it.",
        depends=(f"stores.{store}", "targets.rto"),
        expectation=f"replaced/{scenario_of(store)}",
    )


def _snapped(system: System, store: str) -> tuple[tuple[str, str], ...]:
    """What a moment means where only snapshots are taken."""
    if not isinstance(policy.of(system, store), policy.Snapped):
        return ()
    return (("As it was at a moment", "as it was at the newest snapshot before that"),)


def take_back(system: System, store: str) -> Procedure:
    """What the store had before, in its place again."""
    restore = (*seatrial("restore"), store)
    return Procedure(
        name=f"take-back-{store}",
        kind=Kind.RETURN,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"A restore of {store} in its own place was wrong: what it had before takes it"
        " again",
        facts=(("What was written since the restore", "is in a copy, until it is removed"),),
        objectives=(_rto(system, f"returned/{scenario_of(store)}"),),
        blanks=(ASIDE, RESTORED),
        steps=(
            Step(
                does="See that the copy is there",
                argv=seatrial("backup"),
                expects="It is among the copies, by the name that it was given, or `before-` and"
                " the instant",
                shows=store,
            ),
            Step(
                does="Have it take the place of the store",
                argv=(*restore, TAKE, ASIDE.mark, "--aside", RESTORED.mark, "--confirm", store),
                expects="For how long the store was away; it has what it had before",
                shows=_DONE,
            ),
            Step(
                does="Remove what the restore had brought, once nobody needs it any more",
                argv=(*restore, "--remove", RESTORED.mark),
                expects="Its room is free again",
                shows="removed the copy",
            ),
        ),
        lacks="What was written between the restore and this is not brought into the store.",
        depends=(f"stores.{store}", "targets.rto"),
        expectation=f"returned/{scenario_of(store)}",
    )


def undo(store: str) -> tuple[tuple[str, ...], ...]:
    """The commands that take everything back, however far the two pages were followed."""
    restore = (*seatrial("restore"), store)
    copy, aside, restored = COPY.mark, ASIDE.mark, RESTORED.mark
    return (
        (*restore, "--leave"),
        (*restore, TAKE, aside, "--aside", restored, "--confirm", store),
        (*restore, "--remove", restored),
        (*restore, "--remove", copy),
    )


# what those say where there is nothing of it
NOTHING = (
    "no copy is taking the place",
    "has taken the place of the store already",
    "no copy is called",
    "there is no copy",
)


def _rto(system: System, expectation: str) -> Objective:
    return Objective(
        name="RTO",
        target=system.targets.rto.seconds,
        means="the time for which the store was away",
        expectation=expectation,
        figure=AWAY,
        lacks="to notice and to decide is not in it, nor is the restore of the copy, during which"
        " the store goes on",
    )


def _rpo(system: System, store: str) -> tuple[Objective, ...]:
    return tuple(each for each in objectives(system, store) if each.name == "RPO")
