"""Pages about the whole: schedules, continuity, who is told, what to tick off. Pure."""

from collections.abc import Iterable, Mapping

from seatrial.capabilities.recovery_docs.lines import VALID, recovering
from seatrial.capabilities.recovery_docs.procedure import standing
from seatrial.contract.checklist import CHECKLISTS, COMMUNICATION, CONTINUITY, Line
from seatrial.contract.declaration import Audience
from seatrial.contract.document import (
    Block,
    Document,
    Heading,
    Items,
    Link,
    Rows,
    Text,
    Tone,
)
from seatrial.contract.procedure import Execution, Kind, Procedure
from seatrial.contract.words import duration
from seatrial.review.impact import Impact, Known
from seatrial.system.model import System

Executions = Mapping[str, Execution]  # by the name of the procedure, or of the plan's page


def people(system: System, owner: str) -> str:
    """How an owner, a team or a person, is reached."""
    team = system.teams.get(owner)
    if team is None:
        person = system.people.get(owner)
        return f"{person.name}, {person.email}" if person is not None else owner
    names = [each for each in team.members if each in system.people]
    members = [f"{system.people[each].name} ({system.people[each].email})" for each in names]
    return ", ".join(each for each in (team.chat, team.email, *members) if each)


def backups(system: System, procedures: tuple[Procedure, ...], executions: Executions) -> Document:
    """Which store is backed up how and when; one that is not is said to be so."""
    blocks: list[Block] = []
    kept = [each for each in procedures if each.kind is Kind.BACKUP]
    for name, store in system.stores.items():
        own = [each for each in kept if each.subject == name]
        blocks.append(Heading(text=f"{name} ({store.engine} {store.version})"))
        if not store.durable:
            blocks.append(Text(text="Its data may be lost: the file says so."))
        elif not own:
            blocks.append(Text(text="No backup is taken here.", tone=Tone.BAD))
        for each in own:
            blocks += [
                Rows(header=("", ""), rows=each.facts),
                standing(executions.get(each.name)),
                Link(page=each.name, text=each.purpose),
            ]
    if not system.stores:
        blocks.append(Text(text="The system has no store."))
    return Document(name="backups", title="Backup schedules", blocks=tuple(blocks))


def continuity(
    system: System,
    impact: Impact,
    procedures: tuple[Procedure, ...],
    lines: tuple[Line, ...],
    executions: Executions,
) -> Document:
    """What stops when a part is gone, and in which order all is brought back by which page."""
    way = impact.recovered
    blocks: list[Block] = [
        standing(executions.get(CONTINUITY)),
        Text(
            text=f"All is to be back within {system.targets.rto}, with no more than"
            f" {system.targets.rpo} of written data lost."
        ),
        Heading(text="What stops"),
        Rows(
            header=("gone", "stops", "journeys", "costs an hour", "comes back in"),
            rows=tuple(
                (
                    f"{each.name} ({each.kind})",
                    ", ".join(one for one in each.services if one != each.name) or "nothing else",
                    ", ".join(each.journeys) or "none",
                    " and ".join(map(str, each.costs)) or "not declared",
                    _time(each.known),
                )
                for each in impact.losses
            ),
        ),
        Heading(text="In which order"),
        Text(text="What stands in one line can be brought back side by side."),
        Items(items=tuple(", ".join(wave) for wave in way.waves)),
    ]
    if way.externals:
        blocks.append(Text(text=f"Others bring back: {', '.join(way.externals)}."))
    if way.kept is not True:
        blocks.append(
            Text(
                text="It is longer than the RTO."
                if way.kept is False
                else "How long all of it takes is not known: nothing measures"
                f" {', '.join((*way.unknown, *way.externals))}, or not all of it.",
                tone=Tone.BAD,
            )
        )
    blocks.append(Heading(text="By which page"))
    for name in (each for wave in way.waves for each in wave):
        found = recovering(procedures, name)
        blocks += [Link(page=each.name, text=each.purpose) for each in found]
        if not found:
            blocks.append(Text(text=f"{name}: no procedure is declared.", tone=Tone.BAD))
    blocks += _ticked(lines, CONTINUITY)
    return Document(name=CONTINUITY, title="Continuity plan", blocks=tuple(blocks))


def _time(known: Known) -> str:
    if not known.evidence:
        return "unknown"
    return f"{'' if known.whole else 'more than '}{duration(known.least)}"


def communication(
    system: System,
    audiences: tuple[Audience, ...],
    lines: tuple[Line, ...],
    executions: Executions,
) -> Document:
    """Who is told of what, and how they are reached."""
    owners: dict[str, list[str]] = {}
    parts = (system.services, system.stores, system.journeys, system.externals)
    for kind in parts:
        for name, each in kind.items():
            owners.setdefault(each.owner, []).append(name)
    rows = tuple(
        (owner, ", ".join(names), people(system, owner)) for owner, names in owners.items()
    )
    return Document(
        name=COMMUNICATION,
        title="Communication plan",
        blocks=(
            standing(executions.get(COMMUNICATION)),
            Heading(text="Who answers for what"),
            Rows(header=("who", "answers for", "reached by"), rows=rows),
            Heading(text="Who is told"),
            Items(
                items=(
                    "Who answers for what is lost, and for each journey that stops with it",
                    "Who answers for what needs it, before it is brought back and again after",
                )
            ),
            *_audiences(audiences),
            *_ticked(lines, COMMUNICATION),
        ),
    )


def _ticked(lines: tuple[Line, ...], page: str) -> tuple[Block, ...]:
    """Its lines, to be ticked off; an exercise names them so."""
    own = [each for each in lines if each.page == page]
    return (Heading(text="To be ticked off"), _boxes(own)) if own else ()


def _boxes(lines: Iterable[Line]) -> Items:
    return Items(items=tuple(f"{each.text} (`{each.name}`)." for each in lines), boxes=True)


def _audiences(audiences: tuple[Audience, ...]) -> tuple[Block, ...]:
    """Customers, management, authorities; that none is declared is red."""
    if not audiences:
        text = (
            "Customers, management and authorities: not declared. Write them into"
            " `continuity.audiences`, with how they are told and within which time."
        )
        return (Text(text=text, tone=Tone.BAD),)
    rows = tuple(
        (each.name, duration(each.within), ", ".join(one for one in (each.chat, each.email) if one))
        for each in audiences
    )
    return (Heading(text="Audiences"), Rows(header=("who", "within", "reached by"), rows=rows))


def checklists(
    procedures: tuple[Procedure, ...],
    lines: tuple[Line, ...],
    executions: Executions,
) -> Document:
    """What to tick off while a procedure is followed, and how its proof is made again."""
    own = [each for each in lines if each.page == CHECKLISTS]
    blocks: list[Block] = [standing(executions.get(CHECKLISTS))]
    for each in procedures:
        steps = [one for one in own if one.name.rpartition("/")[0] == each.name]
        blocks += [
            Heading(text=each.name),
            standing(executions.get(each.name)),
            _boxes(steps),
            Text(
                text=f"Tested by `seatrial prove {each.expectation.partition('/')[2]}`;"
                f" evidence of `{each.expectation}`."
                if each.rehearsal is None
                else f"Tested by `seatrial prove follow-{each.name}`; evidence of"
                f" `{each.expectation}`."
            ),
        ]
    if not procedures:
        blocks.append(Text(text="No procedure is declared.", tone=Tone.BAD))
    valid = [each for each in own if each.name.startswith(VALID)]
    if valid:
        blocks += [Heading(text="Before anybody is told that it is over"), _boxes(valid)]
    return Document(name=CHECKLISTS, title="Checklists", blocks=tuple(blocks))
