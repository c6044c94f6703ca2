"""What is needed before an exercise: a checklist, the facilitator's script, the cards."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from seatrial.app import impact
from seatrial.app.exercises.chosen import planned_as
from seatrial.app.exercises.room import opened
from seatrial.capabilities.continuity.pages import Sources, pages
from seatrial.capabilities.recovery_docs.html import html
from seatrial.capabilities.recovery_docs.markdown import markdown
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
    return {
        **{f"{each.name}.md": markdown(each) for each in found},
        **{f"{each.name}.html": html(each) for each in found},
    }
