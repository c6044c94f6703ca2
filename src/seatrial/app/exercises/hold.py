"""An exercise is held: people are called, its drills are run, people are told that it is over."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from seatrial.app.exercises import record as records
from seatrial.app.exercises.chosen import planned_as
from seatrial.app.exercises.room import Room, opened
from seatrial.app.exercises.sign import FOLLOWED, last
from seatrial.app.prove import NoSuchScenario, Say
from seatrial.app.trial import trial
from seatrial.app.unclear import Unclear
from seatrial.contract.evidence import Evidence
from seatrial.contract.exercise import BROKEN_RUNGS, Lesson, Record
from seatrial.contract.runtime import Phase
from seatrial.runtimes.shared.whose import nothing_runs


def hold(
    file: Path,
    name: str,
    *,
    by: str,
    say: Say,
    done: Callable[[Evidence], None],
    clock: Callable[[], float] = time.time,
) -> Record:
    """Begin it, or go on where it was left; the record as it stands then, which is still open.

    Raises Unclear, Refused, RuntimeFailure, EvidenceFailure.
    """
    room = opened(file, name)
    breaks = room.exercise.rung in BROKEN_RUNGS
    if breaks and not room.runtime.status():
        raise nothing_runs(room.runtime.system, room.planned.folder)
    planned = planned_as(room.planned, room.exercise)
    rests, lessons = room.books().rests(room.exercise), _left(room)
    identity = uuid.uuid4().hex
    new = room.journal.begin(
        records.begun(identity, planned, rests, at=clock(), by=by, lessons=lessons)
    )
    if not new and room.record().ended is not None:
        cure = f"`seatrial exercise close {name}` ends what was begun"
        raise Unclear(f"{name} is being closed", cure)
    if breaks:
        _drills(room, say, done)
        if room.runtime.status():  # of what is gone nobody can say that it runs
            room.journal.add({"is": "looked", "at": clock(), "ill": _ill(room)})
    return room.record()


def _left(room: Room) -> tuple[Lesson, ...]:
    """The findings of the last one that nobody has mended: a new one does not end them."""
    known = last(room.books(), f"{FOLLOWED}{room.exercise.name}")
    return tuple(each for each in known.lessons if not each.done) if known is not None else ()


def _drills(room: Room, say: Say, done: Callable[[Evidence], None]) -> None:
    """Stage after stage, what was not run yet; each proof is written down as it ends."""
    planned = room.record().planned

    def keep(_proven: object, kept: tuple[Evidence, ...]) -> None:
        own = [records.seen(each) for each in kept if each.scenario in planned.steps]
        if own:
            room.journal.add(records.shown(own))
        for each in kept:
            done(each)

    for stage in ((planned.begin,), planned.scenarios, (planned.end,)):
        left = tuple(each for each in stage if each in room.record().left)
        if not left:
            continue
        try:
            trial(room.file, quick=False, controls=False, only=left, say=say, done=keep)
        except NoSuchScenario as error:  # the file was changed since it began
            cure = f"`seatrial exercise break-off {room.exercise.name} WHY` ends it"
            raise Unclear(str(error), cure) from error


def _ill(room: Room) -> list[str]:
    """What does not run as it should."""
    return [
        f"{each.workload}.{each.replica} is {each.phase}"
        for each in room.runtime.status()
        if each.phase is not Phase.READY
    ]
