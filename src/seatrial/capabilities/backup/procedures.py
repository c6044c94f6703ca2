"""What a person types to take a backup of a store, and to have it as it was."""

import json

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.recovery import objectives
from seatrial.capabilities.backup.scenarios import steady
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
from seatrial.contract.scenario import Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.contract.words import duration
from seatrial.system.model import System

_MOMENT = Blank(
    name="MOMENT",
    meaning="the last moment before the damage, to the second, with its zone",
    example="2026-11-23 10:15:30+01:00",
)
_COPY = Blank(
    name="COPY",
    meaning="a name for the copy, of small letters, digits and hyphens",
    example="recovered",
)
_BUSY = "is being done since"  # as the daemon says that something else is done
_LACKS = (
    "The store is restored as a copy beside itself. That it takes the store's place is one command,"
    " `seatrial restore --take`, where the product can; no drill follows that. The backups lie on"
    " the machine of the store: from another machine, with nothing but a recovery key, nothing is"
    " brought back yet."
)


def procedures(system: System, store: str) -> tuple[Procedure, ...]:
    """Those of a store that is backed up."""
    return (_backup(system, store), _restore(system, store))


def _backup(system: System, store: str) -> Procedure:
    name = f"backup-{store}"
    return Procedure(
        name=name,
        kind=Kind.BACKUP,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"A backup of {store} now, beside those that are taken when they are due",
        facts=_schedule(system, store),
        blanks=(),
        steps=(
            Step(
                does="Take one",
                argv=(*_seatrial("backup"), "now", store),
                expects="The backup's name, how much it restores, how much it takes",
                shows="restores",
            ),
            Step(
                does="See that it is among those that are held",
                argv=_seatrial("backup"),
                expects="It is the newest, and none is called damaged",
                shows=store,
            ),
        ),
        lacks="The backups lie on the machine of the store, and do not outlive it.",
        depends=(f"stores.{store}",),
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
    kept = (("Kept for", str(found.keep)), ("Taken by", place.named(store)))
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
    restore = (*_seatrial("restore"), store)
    into = (*restore, "--to", _MOMENT.mark, "--into", _COPY.mark)
    remove = (*restore, "--remove", _COPY.mark)
    return Procedure(
        name=name,
        kind=Kind.RECOVERY,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"{store} as it was at a moment, as a copy beside it; {store} itself goes on",
        facts=(("Reaches back", str(policy.of(system, store).keep)),),
        objectives=objectives(system, store),
        blanks=(_MOMENT, _COPY),
        steps=(
            Step(
                does="See which backups there are",
                argv=_seatrial("backup"),
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
                expects="`ok` before each invariant, and the address at which the copy answers",
                shows="the copy answers at",
            ),
            Step(
                does="Remove the copy, once nobody needs it any more",
                argv=remove,
                expects="Its address is free for another copy",
                shows="removed the copy",
            ),
        ),
        lacks=_LACKS,
        depends=(f"stores.{store}", "targets.rto"),
        expectation=f"followed/{name}",
        rehearsal=Rehearsal(
            workload=place.named(store),
            blanks=((_MOMENT.name, NOW), (_COPY.name, f"followed-{MARK}")),
            radius=_radius(store),
            steady=(steady(store), _alone(store)),
            undo=remove,
            nothing="there is no copy",
            busy=_BUSY,
        ),
    )


def _seatrial(command: str) -> tuple[str, ...]:
    return ("seatrial", command, "--file", FILE)


def _radius(store: str) -> frozenset[str]:
    return frozenset({store, place.named(store)})


def _alone(store: str) -> Steady:
    """There is one address for copies: a user's own is not ended for a drill."""
    name = f"copies of {store}"

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        running = [each["name"] for each in json.loads(body)["copies"] if each["running"]]
        return (
            Observation(at=now, source=name, kind="copies", subject=store, text=", ".join(running)),
        )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        if not seen:
            return "nobody told of copies"
        return f"the copy {seen[-1].text} runs" if seen[-1].text else None

    watch = Watch(
        name=name, workload=place.named(store), port=place.HTTP, path="/backups", parse=parse
    )
    return Steady(name="copies", watch=watch, holds=holds)
