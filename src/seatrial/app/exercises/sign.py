"""A record is judged, signed and kept beside all other evidence."""

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from seatrial.app.evidence import Books
from seatrial.app.exercises import record as records
from seatrial.app.exercises.room import opened
from seatrial.app.subjects import of_aspect
from seatrial.app.unclear import Unclear
from seatrial.capabilities.continuity.following import executed, unwritten
from seatrial.contract.evidence import Artefact, ControlResult, Evidence, Verdict
from seatrial.contract.exercise import HELD, Aspect, Exercise, Record, Shown
from seatrial.contract.scenario import Judgement, State
from seatrial.evidence import dsse
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.statement import statement

RECORD_FILE = "exercise.json"
FOLLOWED = "followed-up/"
_VERDICTS = {
    State.MET: Verdict.PROVEN,
    State.BROKEN: Verdict.FAILED,
    State.BLIND: Verdict.UNKNOWN,
    State.PENDING: Verdict.UNKNOWN,
}


def close(
    file: Path,
    name: str,
    *,
    by: str,
    why: str = "",
    agree: Callable[[tuple[str, ...]], None] = lambda _missing: None,
    clock: Callable[[], float] = time.time,
) -> tuple[Evidence, ...]:
    """End it and sign its record; `why` it was broken off, else it came to its end.

    Of one that came to its end `agree` is called with what nobody has written down, where there is
    something: it raises whatever it likes where it must not be signed so, and nothing was done.
    One that was killed while it closed is closed by the next call, with the same record and no
    part of it twice. Raises Unclear, Refused, RuntimeFailure, EvidenceFailure, OSError.
    """
    room = opened(file, name)
    record, books = room.record(), room.books()
    if record.ended is None:
        if record.left and not why:
            raise Unclear(
                f"{name} has not come to its end: {', '.join(record.left)} not run yet",
                f"`seatrial exercise begin {name}` goes on; `break-off {name} WHY` ends it",
            )
        if not why:
            _checked(books, record)  # before its end is written down
            missing = unwritten(record)
            if missing:
                agree(missing)
        room.journal.add({"is": "closing", "at": clock(), "by": by, "why": why})
        record = room.record()
    elif why:
        cure = f"`seatrial exercise close {name}` ends what was begun"
        raise Unclear(f"{name} is being closed", cure)
    kept = _kept(room.exercise, books, _checked(books, record))
    room.journal.close(record.id)
    return kept


def mend(
    file: Path, name: str, number: int, how: str, *, clock: Callable[[], float] = time.time
) -> Evidence:
    """A finding of the last record is mended: what it is followed up by is signed anew.

    Raises Unclear, Refused, RuntimeFailure, EvidenceFailure.
    """
    room = opened(file, name)
    books = room.books()
    aspect = next(each for each in room.exercise.aspects if each.name.startswith(FOLLOWED))
    known = last(books, aspect.name)
    if known is None:
        raise Unclear(f"{name} has no record yet", f"`seatrial exercise begin {name}` makes one")
    try:
        record = records.mended(known, number, clock(), how)
    except KeyError:
        open_ = [f"{each.number} ({each.text})" for each in known.lessons if not each.done]
        there = f"there are {', '.join(open_)}" if open_ else "none is left"
        raise Unclear(f"{name} has no open finding {number}", there) from None
    made = evidence(books, room.exercise, aspect, record, clock(), identity=uuid.uuid4().hex)
    books.store.append(
        dsse.sign(statement(made), books.key), {RECORD_FILE: records.written(record)}
    )
    return made


def last(books: Books, aspect: str) -> Record | None:
    """The newest record that was kept for an aspect; None where there is none."""
    known = books.newest().get(aspect)
    for each in known.artefacts if known is not None else ():
        if each.name == RECORD_FILE and not books.store.blobs.wrong(each.sha256):
            return records.read(books.store.blobs.get(each.sha256))
    return None


def _kept(exercise: Exercise, books: Books, record: Record) -> tuple[Evidence, ...]:
    raw = records.written(record)
    found = []
    for aspect in exercise.aspects:
        # of one that was killed meanwhile a part may be kept already
        identity = uuid.uuid5(uuid.UUID(record.id), aspect.name).hex
        there = [each.evidence for each in books.store.history(aspect.name)]
        known = next((each for each in there if each.id == identity), None)
        if known is None:
            now = record.ended or record.begun
            known = evidence(books, exercise, aspect, record, now, identity=identity)
            books.store.append(dsse.sign(statement(known), books.key), {RECORD_FILE: raw})
        found.append(known)
    return tuple(found)


def _checked(books: Books, record: Record) -> Record:
    """The record, of which nothing was shown that never ran, with what became of each line.

    Raises EvidenceFailure. One that was broken off is kept without it.
    """
    real = tuple(each for each in record.shown if _ran(books, each, record.begun))
    made_up = [each.expectation for each in record.shown if each not in real]
    if made_up and not record.broken_off:
        raise EvidenceFailure(
            f"the journal says of {made_up[0]} what no signed evidence says",
            f"its lines were changed: `seatrial exercise break-off {record.planned.name} WHY`,"
            " and hold it again",
        )
    real_only = replace(record, shown=real)
    return replace(real_only, executed=executed(real_only))


def _ran(books: Books, one: Shown, since: float) -> bool:
    """Whether evidence that we signed says just this, of the time since then."""
    if one.started < since:
        return False
    for each in books.store.history(one.expectation):
        if each.evidence.id == one.evidence:
            dsse.check(each.envelope, books.key.public)
            return records.seen(each.evidence) == one
    return False


def evidence(
    books: Books, exercise: Exercise, aspect: Aspect, record: Record, now: float, *, identity: str
) -> Evidence:
    """What an aspect of a record is worth, with the control: the record with a planted defect."""
    judgement = aspect.judge(record, now)
    ended = record.ended or now
    until = aspect.until(record)
    raw = records.written(record)
    age = ended + exercise.every
    return Evidence(
        id=identity,
        expectation=aspect.name,
        scenario=f"{HELD}{exercise.name}",
        requirements=aspect.requirements,
        summary=aspect.summary,
        verdict=_VERDICTS[judgement.state],
        reason=judgement.reason,
        environment=books.environment,
        subjects=of_aspect(record.rests, aspect),
        started=record.begun,
        finished=ended,
        expires=age if until is None else min(age, until),
        figures=judgement.figures,
        artefacts=(
            Artefact(
                name=RECORD_FILE,
                sha256=hashlib.sha256(raw).hexdigest(),
                media_type="application/json",
                size=len(raw),
            ),
        ),
        control=_control(aspect, record, judgement, now),
    )


def _control(
    aspect: Aspect, record: Record, judgement: Judgement, now: float
) -> ControlResult | None:
    """None where the record is not good as it is: then a defect more shows nothing."""
    spoiled = aspect.spoil(record, now) if judgement.state is State.MET else None
    if spoiled is None:
        return None
    told = aspect.judge(spoiled, now)
    red = {State.MET: False, State.BROKEN: True}.get(told.state)
    return ControlResult(defect=aspect.defect, red=red, reason=told.reason, at=now)
