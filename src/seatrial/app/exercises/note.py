"""What people say in an exercise: who is there, what is decided, answered, and to be mended."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from seatrial.app.exercises.record import noted
from seatrial.app.exercises.room import opened
from seatrial.app.unclear import Unclear, unknown
from seatrial.capabilities.continuity.following import tickable
from seatrial.contract.exercise import Record
from seatrial.system.model import System

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]  # nobody says none


class Found(BaseModel):
    """A finding: what, who mends it, and the last day for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    finding: Words
    owner: Words
    due: dt.date


class Notes(BaseModel):
    """Everything that can be noted; the form of a file of minutes, too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    present: tuple[str, ...] = ()
    decisions: tuple[Words, ...] = ()
    answers: Mapping[str, Words] = Field(default_factory=dict)
    ticks: Mapping[str, Words] = Field(default_factory=dict)
    findings: tuple[Found, ...] = ()

    def joined(self, other: "Notes") -> "Notes":
        """Both, this one's first."""
        return Notes(
            present=self.present + other.present,
            decisions=self.decisions + other.decisions,
            answers={**self.answers, **other.answers},
            ticks={**self.ticks, **other.ticks},
            findings=self.findings + other.findings,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing is noted."""
        return not any(getattr(self, each) for each in type(self).model_fields)


def from_file(path: Path) -> Notes:
    """The notes of a file of minutes, YAML. Raises Unclear, OSError."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Notes.model_validate(raw or {})
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        told = str(error).splitlines()[0]
        raise Unclear(f"{path}: {told}", "write it as docs/continuity.md shows") from None
    except ValidationError as error:
        raise _wrong(str(path), error) from None


def typed(
    *,
    present: tuple[str, ...],
    decisions: tuple[str, ...],
    answers: tuple[tuple[str, str], ...],
    findings: tuple[tuple[str, str, str], ...],
    ticks: tuple[tuple[str, str], ...] = (),
) -> Notes:
    """Notes as they are typed; a finding is its text, its owner and its day. Raises Unclear."""
    said = [{"finding": text, "owner": owner, "due": due} for text, owner, due in findings]
    raw = {
        "present": present,
        "decisions": decisions,
        "answers": dict(answers),
        "ticks": dict(ticks),
        "findings": said,
    }
    try:
        return Notes.model_validate(raw)
    except ValidationError as error:
        raise _wrong("what was typed", error) from None


def _wrong(where: str, error: ValidationError) -> Unclear:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"])) or "the whole"
    return Unclear(
        f"{where}: {key}: {first['msg']}",
        "present and decisions are lists of texts, answers maps cards to texts, ticks lines of a"
        " page to what was seen, findings are {finding, owner, due: 2026-12-31}",
    )


def note(
    file: Path, name: str, notes: Notes, *, by: str, clock: Callable[[], float] = time.time
) -> Record:
    """Write them down: all of them, or none. Raises Unclear, Refused, RuntimeFailure, OSError."""
    room = opened(file, name)
    record = room.record()
    if record.ended is not None:
        cure = f"`seatrial exercise close {name}` ends what was begun"
        raise Unclear(f"{name} is being closed", cure)
    if notes.empty:
        cure = "give --present, --decision, --answer, --tick, --finding"
        raise Unclear("there is nothing to note", cure)
    room.journal.add(noted(entries(room.planned.system, record, notes, clock(), by)))
    return room.record()


def entries(
    system: System, record: Record, notes: Notes, at: float, by: str
) -> tuple[Mapping[str, Any], ...]:
    """The lines of the journal. Raises Unclear where a name is none of the file's."""
    known = (*system.teams, *system.people)
    for who in notes.present:
        if who not in known:
            raise unknown("team or person", who, known)
    for card in notes.answers:
        if card not in record.planned.cards:
            raise unknown("card", card, record.planned.cards)
    for line in notes.ticks:
        _tickable(record, line)
    for each in notes.findings:
        if each.owner not in known:
            raise unknown("team or person", each.owner, known)
    said = {"at": at, "by": by}
    return (
        *({"is": "present", "who": each, **said} for each in notes.present),
        *({"is": "decision", "text": each, **said} for each in notes.decisions),
        *(
            {"is": "answer", "card": card, "text": text, **said}
            for card, text in notes.answers.items()
        ),
        *({"is": "tick", "card": line, "text": text, **said} for line, text in notes.ticks.items()),
        *(
            {
                "is": "finding",
                "text": each.finding,
                "owner": each.owner,
                "due": dt.datetime.combine(each.due, dt.time.max, dt.UTC).timestamp(),
                **said,
            }
            for each in notes.findings
        ),
    )


def _tickable(record: Record, name: str) -> None:
    """Refuse a line that is on no page, and one that a machine ticks. Raises Unclear."""
    known = {each.name: each for each in record.planned.lines}
    line = known.get(name)
    if line is None:
        raise unknown("line of a page", name, tuple(known))
    if tickable(line):
        return
    by = f": {', '.join(line.shown_by)} shows whether it was done" if line.shown_by else ""
    raise Unclear(
        f"{name} is not ticked by hand{by}",
        "only what nothing of this exercise can show is told by people",
    )
