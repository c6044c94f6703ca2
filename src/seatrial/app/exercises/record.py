"""A record from the lines of its journal, and back to the bytes that are signed. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from pydantic import TypeAdapter, ValidationError

from seatrial.contract.evidence import Evidence, judged
from seatrial.contract.exercise import Lesson, Planned, Record, Said, Shown
from seatrial.evidence.failure import EvidenceFailure

_RECORD: TypeAdapter[Record] = TypeAdapter(Record)
_PLANNED: TypeAdapter[Planned] = TypeAdapter(Planned)
_LESSON: TypeAdapter[Lesson] = TypeAdapter(Lesson)
_SHOWN: TypeAdapter[Shown] = TypeAdapter(Shown)
Entry = Mapping[str, Any]


def begun(
    identity: str,
    planned: Planned,
    rests: Mapping[str, str],
    *,
    at: float,
    by: str,
    lessons: Iterable[Lesson] = (),
) -> Entry:
    """The first line. `lessons` are those of the last record that are not mended yet."""
    plain = _PLANNED.dump_python(planned, mode="json")
    return {
        "is": "begun",
        "id": identity,
        "at": at,
        "by": by,
        "planned": plain,
        "rests": dict(rests),
        "lessons": [_LESSON.dump_python(each, mode="json") for each in lessons],
    }


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
        acted=_acted(evidence),
    )


def _acted(evidence: Evidence) -> float:
    """When its drill injected; 0 where it did not."""
    steps = (each for each in evidence.timeline if each.kind == "step")
    return next((each.at for each in steps if each.subject == "inject"), 0.0)


def shown(drill: Iterable[Shown]) -> Entry:
    """All that a drill showed: one line, so that none is there in part."""
    return {"is": "shown", "shown": [_SHOWN.dump_python(each, mode="json") for each in drill]}


def noted(lines: Iterable[Entry]) -> Entry:
    """All that somebody says at once: one line, so that it is there or is not."""
    return {"is": "noted", "lines": list(lines)}


def folded(entries: Iterable[Entry]) -> Record | None:
    """The record as it stands; None where nothing was begun. Raises EvidenceFailure."""
    try:
        return _folded(entries)
    except (ValidationError, KeyError, TypeError) as error:
        raise EvidenceFailure(
            f"the journal of an exercise cannot be read ({str(error).splitlines()[0]})",
            "go on with the version of seatrial that began it, or move the journal away",
        ) from None


def _folded(entries: Iterable[Entry]) -> Record | None:
    record: Record | None = None
    for each in entries:
        if each["is"] == "begun":
            record = Record(
                id=each["id"],
                planned=_PLANNED.validate_python(each["planned"]),
                rests=each["rests"],
                begun=each["at"],
                by=each["by"],
                lessons=tuple(_LESSON.validate_python(one) for one in each["lessons"]),
            )
        elif record is not None:
            record = _with(record, each)
    return record


def _with(record: Record, entry: Entry) -> Record:
    if entry["is"] == "noted":
        return reduce(_with, entry["lines"], record)
    change = _CHANGES.get(entry["is"])
    return record if change is None else replace(record, **change(record, entry))


def _shown(record: Record, entry: Entry) -> dict[str, Any]:
    """What was run again after an interruption speaks last."""
    new = tuple(_SHOWN.validate_python(each) for each in entry["shown"])
    again = {each.expectation for each in new}
    kept = (each for each in record.shown if each.expectation not in again)
    return {"shown": (*kept, *new)}


def _finding(record: Record, entry: Entry) -> dict[str, Any]:
    lesson = Lesson(
        number=1 + max((each.number for each in record.lessons), default=0),
        text=entry["text"],
        owner=entry["owner"],
        due=entry["due"],
    )
    return {"lessons": (*record.lessons, lesson)}


def _closing(record: Record, entry: Entry) -> dict[str, Any]:
    """The first counts: who closes again what was killed meanwhile changes nothing."""
    if record.ended is not None:
        return {}
    return {"ended": entry["at"], "closed_by": entry["by"], "broken_off": entry["why"]}


def _looked(record: Record, entry: Entry) -> dict[str, Any]:
    """The first look counts: who looks until all is well has not seen that it was."""
    if record.ill is not None:
        return {}
    return {"ill": tuple(entry["ill"]), "looked": entry["at"]}


_CHANGES: Mapping[str, Callable[[Record, Entry], dict[str, Any]]] = {
    "shown": _shown,
    "present": lambda record, entry: {
        "present": tuple(dict.fromkeys((*record.present, entry["who"])))
    },
    "decision": lambda record, entry: {"decisions": (*record.decisions, _said(entry))},
    "answer": lambda record, entry: {"answers": (*record.answers, _said(entry))},
    "tick": lambda record, entry: {"ticks": _ticked(record, _said(entry))},
    "finding": _finding,
    "looked": _looked,
    "closing": _closing,
}


def _said(entry: Entry) -> Said:
    return Said(at=entry["at"], by=entry["by"], text=entry["text"], card=entry.get("card", ""))


def _ticked(record: Record, tick: Said) -> tuple[Said, ...]:
    """With this one; what is said again of a line speaks last."""
    return (*(each for each in record.ticks if each.card != tick.card), tick)


def mended(record: Record, number: int, at: float, how: str) -> Record:
    """The record with a finding that is mended. Raises KeyError where none is open so."""
    if number not in {each.number for each in record.lessons if not each.done}:
        raise KeyError(number)
    lessons = tuple(
        replace(each, done=at, how=how) if each.number == number else each
        for each in record.lessons
    )
    return replace(record, lessons=lessons)


def written(record: Record) -> bytes:
    """The record's bytes: the same record, the same bytes."""
    plain = _RECORD.dump_python(record, mode="json")
    return json.dumps(plain, indent=1, sort_keys=True).encode()


def read(raw: bytes) -> Record:
    """The record again. Raises EvidenceFailure."""
    try:
        return _RECORD.validate_json(raw)
    except ValidationError as error:
        raise EvidenceFailure(
            f"the record of an exercise cannot be read ({error.errors()[0]['msg']})",
            "read it with the version of seatrial that wrote it",
        ) from None
