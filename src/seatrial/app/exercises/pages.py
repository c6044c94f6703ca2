"""Pages of an exercise: checklist, script and cards before it, and the record after it."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from seatrial.app import impact
from seatrial.app.exercises.chosen import planned_as
from seatrial.app.exercises.record import folded
from seatrial.app.exercises.room import opened
from seatrial.app.exercises.sign import last
from seatrial.app.unclear import Unclear
from seatrial.capabilities.continuity.pages import Sources, pages
from seatrial.capabilities.continuity.record_page import record_page
from seatrial.capabilities.recovery_docs.html import html
from seatrial.capabilities.recovery_docs.markdown import markdown
from seatrial.contract.document import Document
from seatrial.review.impact import impact as impact_of


def prepare(file: Path, name: str, *, clock: Callable[[], float] = time.time) -> Mapping[str, str]:
    """The pages by the names of their files. Raises Unclear, Refused, and the failures of both."""
    room = opened(file, name)
    books = room.books()
    known = impact.known(room.planned.declarations.recoveries, books.newest(), books.today(clock()))
    found = pages(
        room.planned.contexts["continuity"],
        Sources(
            exercise=room.exercise,
            planned=planned_as(room.planned, room.exercise),
            impact=impact_of(room.planned.system, known),
            file=str(file.absolute()),
            now=clock(),
        ),
    )
    return _both(found)


def written(file: Path, name: str) -> Mapping[str, str]:
    """The record that is open, else the last that was closed; by the names of its files.

    Raises Unclear where there is neither, and Refused, RuntimeFailure, EvidenceFailure.
    """
    room = opened(file, name)
    books = room.books()
    kept = [last(books, each.name) for each in room.exercise.aspects]
    known = [each for each in kept if each is not None]
    newest = max(known, key=lambda each: each.ended or 0.0, default=None)
    record = folded(room.journal.entries()) or newest
    if record is None:
        raise Unclear(f"{name} has no record yet", f"`seatrial exercise begin {name}` makes one")
    return _both((record_page(record),))


def _both(found: Iterable[Document]) -> Mapping[str, str]:
    pages = tuple(found)
    return {
        **{f"{each.name}.md": markdown(each) for each in pages},
        **{f"{each.name}.html": html(each) for each in pages},
    }
