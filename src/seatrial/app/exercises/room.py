"""Where an exercise is held: the system as it is planned, and what is written down so far."""

from dataclasses import dataclass
from pathlib import Path

from seatrial.app.apply import planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.app.exercises.journal import Journal
from seatrial.app.exercises.record import folded
from seatrial.app.files import FOLDER
from seatrial.app.plan import Plan
from seatrial.app.unclear import Unclear, unknown
from seatrial.contract.exercise import Exercise, Record
from seatrial.contract.runtime import Runtime
from seatrial.evidence.chain import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One exercise of a file."""

    file: Path
    runtime: Runtime
    planned: Plan
    exercise: Exercise
    journal: Journal

    def books(self) -> Books:
        """The system's evidence, whole. Raises EvidenceFailure."""
        found = Books(self.planned, self.runtime)
        whole(found.store)
        return found

    def record(self) -> Record:
        """What is held and not closed. Raises Unclear where nothing is."""
        found = folded(self.journal.entries())
        if found is None:
            name = self.exercise.name
            raise Unclear(f"{name} is not being held", f"`seatrial exercise begin {name}` begins")
        return found


def opened(file: Path, name: str) -> Room:
    """The exercise of that name. Raises Unclear, Refused, RuntimeFailure."""
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    for each in planned.exercises():
        if each.name == name:
            journal = Journal(folder=folder(planned), name=name)
            return Room(file=file, runtime=runtime, planned=planned, exercise=each, journal=journal)
    raise unknown("exercise", name, tuple(each.name for each in planned.exercises()))


def folder(planned: Plan) -> Path:
    """The journals of a system's exercises."""
    return planned.folder / FOLDER / "exercises"
