"""An exercise is held: people are called, its drills are run, people are told that it is over."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from seatrial.app.exercises import record as records
from seatrial.app.exercises.room import Room, opened
from seatrial.app.plan import Plan
from seatrial.app.prove import NoSuchScenario, Say, chosen
from seatrial.app.trial import trial
from seatrial.app.unclear import Unclear
from seatrial.capabilities.continuity.judging import recovers
from seatrial.contract.evidence import Evidence, judged
from seatrial.contract.exercise import BROKEN_RUNGS, Exercise, Planned, Record, Shown
from seatrial.contract.runtime import Phase, RuntimeFailure
from seatrial.contract.scenario import EVERYTHING, Scenario


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
        raise RuntimeFailure("nothing of this system runs here", "run `seatrial up` first")
    planned = planned_as(room.planned, room.exercise)
    room.journal.begin(records.begun(uuid.uuid4().hex, planned, clock(), by))
    if breaks:
        _drills(room, say, done)
        room.journal.add({"is": "looked", "at": clock(), "ill": _ill(room)})
    return room.record()


def planned_as(planned: Plan, exercise: Exercise) -> Planned:
    """What is to be done. Raises Unclear where a drill is named that there is not."""
    drills = _drilled(planned, exercise)
    return Planned(
        name=exercise.name,
        rung=exercise.rung,
        takes_part=exercise.takes_part,
        informs=exercise.informs,
        cards=exercise.cards,
        scenarios=tuple(each.name for each in drills),
        begin=exercise.begin,
        end=exercise.end,
        wide=tuple(each.name for each in drills if EVERYTHING in each.radius),
        regions=exercise.regions,
    )


def _drilled(planned: Plan, exercise: Exercise) -> tuple[Scenario, ...]:
    """Those that are named; else all in which something is brought back."""
    if exercise.rung not in BROKEN_RUNGS:
        return ()
    people = {stage for each in planned.exercises() for stage in (each.begin, each.end) if stage}
    every = tuple(each for each in planned.scenarios() if each.name not in people)
    if not exercise.wanted:
        attached = planned.expectations(every)
        back = {each.scenario for each in attached if recovers(each.requirements)}
        return tuple(each for each in every if each.name in back)
    for name in exercise.wanted:
        if not any(each.name.startswith(name) for each in every):
            names = ", ".join(each.name for each in every)
            raise Unclear(
                f"{exercise.name} wants the drill {name}, and no scenario begins so",
                f"there are {names}",
            )
    wanted = chosen(planned, quick=False, only=exercise.wanted)
    return tuple(each for each in wanted if each.name not in people)


def _drills(room: Room, say: Say, done: Callable[[Evidence], None]) -> None:
    """Stage after stage, what was not run yet; each proof is written down as it ends."""
    planned = room.record().planned

    def keep(_proven: object, kept: tuple[Evidence, ...]) -> None:
        for each in kept:
            if each.scenario in planned.steps:
                room.journal.add(records.shown(seen(each)))
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


def seen(evidence: Evidence) -> Shown:
    """What a piece of evidence says, for the record."""
    verdict, reason = judged(evidence)
    return Shown(
        evidence=evidence.id,
        expectation=evidence.expectation,
        scenario=evidence.scenario,
        requirements=evidence.requirements,
        verdict=verdict,
        reason=reason,
        started=evidence.started,
        finished=evidence.finished,
        figures=evidence.figures,
    )


def _ill(room: Room) -> list[str]:
    """What does not run as it should."""
    return [
        f"{each.workload}.{each.replica} is {each.phase}"
        for each in room.runtime.status()
        if each.phase is not Phase.READY
    ]
