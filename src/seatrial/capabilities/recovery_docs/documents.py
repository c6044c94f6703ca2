"""All pages of a system. Pure: the same arguments give the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.capabilities.recovery_docs import plans
from seatrial.capabilities.recovery_docs.plans import Executions
from seatrial.capabilities.recovery_docs.procedure import page, standing
from seatrial.contract.checklist import CHECKLISTS, PLANS, Line
from seatrial.contract.declaration import Audience
from seatrial.contract.document import Block, Document, Heading, Link, Text, Tone
from seatrial.contract.procedure import FILE, Procedure
from seatrial.contract.words import instant
from seatrial.review.impact import Impact, Known
from seatrial.system.model import System

INDEX = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the pages are made of, beside the file itself.

    `executions` are by the names of the procedures, and of the plans that an exercise follows.
    `measured` says of each procedure's objectives, by both names, what was measured. `file` is the
    system's, by its whole path, `now` in seconds since the epoch.
    """

    procedures: tuple[Procedure, ...]
    executions: Executions
    measured: Mapping[str, Mapping[str, Known]]
    impact: Impact
    audiences: tuple[Audience, ...]
    lines: tuple[Line, ...]
    environment: str
    file: str
    now: float


def documents(system: System, sources: Sources) -> tuple[Document, ...]:
    """The index first, then each procedure's page, then those about the whole."""
    own = tuple(
        page(
            each,
            sources.executions.get(each.name),
            sources.measured.get(each.name, {}),
            plans.people(system, each.owner),
            {FILE: sources.file},
        )
        for each in sources.procedures
    )
    whole = (
        plans.backups(system, sources.procedures, sources.executions),
        plans.continuity(
            system, sources.impact, sources.procedures, sources.lines, sources.executions
        ),
        plans.communication(system, sources.audiences, sources.lines, sources.executions),
        plans.checklists(sources.procedures, sources.lines, sources.executions),
    )
    return (_index(system, sources, (*own, *whole)), *own, *whole)


def _index(system: System, sources: Sources, others: tuple[Document, ...]) -> Document:
    links = {each.name: Link(page=each.name, text=each.title) for each in others}
    procedures = [
        block
        for each in sources.procedures
        for block in (
            links.pop(each.name),
            Text(text=f"{each.purpose}."),
            standing(sources.executions.get(each.name)),
        )
    ]
    return Document(
        name=INDEX,
        title=f"Recovery of {system.name}",
        blocks=(
            Text(
                text=f"Of `{sources.file}`, environment {sources.environment}, as of"
                f" {instant(sources.now)}. Made by `seatrial docs`: what is written here by hand is"
                " lost when it is made anew."
            ),
            Heading(text="Procedures"),
            *(procedures or [Text(text="None is declared.", tone=Tone.BAD)]),
            Heading(text="Plans"),
            *(
                block
                for name, link in links.items()
                for block in (link, *_followed(name, sources.executions))
            ),
        ),
    )


def _followed(page: str, executions: Executions) -> tuple[Block, ...]:
    """When an exercise followed a plan last; a schedule is followed by nobody."""
    return (standing(executions.get(page)),) if page in (*PLANS, CHECKLISTS) else ()
