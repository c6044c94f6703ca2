"""What the plans and checklists ask for, line by line: for the pages and who follows them. Pure.

A line that a drill can show names the expectations that do; all others people do.
"""

from collections.abc import Iterator

from seatrial.contract.checklist import (
    BEGIN,
    CHECKLISTS,
    COMMUNICATION,
    CONTINUITY,
    END,
    RUNS,
    Line,
    told_after,
    told_on,
    typed,
)
from seatrial.contract.declaration import Audience, Recovery
from seatrial.contract.procedure import Kind, Procedure
from seatrial.contract.words import duration
from seatrial.system import graph
from seatrial.system.model import System
from seatrial.system.ownership import UNASSIGNED

VALID = "valid/"  # what the names of those begin with that are looked at in the end
DATA = f"{VALID}data/"  # before a store's name


def lines(
    system: System,
    procedures: tuple[Procedure, ...],
    audiences: tuple[Audience, ...],
    recoveries: tuple[Recovery, ...],
) -> tuple[Line, ...]:
    """All of them, page by page. Their names are unique."""
    return (
        *_continuity(system, procedures, recoveries),
        *_communication(system, audiences),
        *(line for each in procedures for line in _procedure(each)),
        *_validation(system),
    )


def recovering(procedures: tuple[Procedure, ...], subject: str) -> tuple[Procedure, ...]:
    """The pages by which a part is brought back, in the order in which they were declared."""
    return tuple(
        each for each in procedures if each.subject == subject and each.kind is Kind.RECOVERY
    )


def _continuity(
    system: System, procedures: tuple[Procedure, ...], recoveries: tuple[Recovery, ...]
) -> Iterator[Line]:
    """Each part, in the order in which it is brought back."""
    for number, wave in enumerate(graph.recovery_order(system), start=1):
        for name in wave:
            ways = [each for each in recoveries if each.subject == name]
            pages = " or ".join(each.name for each in recovering(procedures, name))
            by = f", by the page {pages}" if pages else ""
            yield Line(
                name=f"back/{name}",
                page=CONTINUITY,
                text=f"{number}. {name} is back{by}",
                shown_by=tuple(each.expectation for each in ways),
                took=ways[-1].figure if ways else "",
            )


def _communication(system: System, audiences: tuple[Audience, ...]) -> Iterator[Line]:
    """Each who answers for a part, and each audience, at both ends."""
    parts = (system.services, system.stores, system.journeys, system.externals)
    owners = dict.fromkeys(each.owner for kind in parts for each in kind.values())
    for owner in owners:
        called = owner in system.teams and owner != UNASSIGNED
        yield Line(
            name=f"call/{owner}",
            page=COMMUNICATION,
            text=f"{owner} is called",
            shown_by=(f"called/{BEGIN}",) if called else (),
            needs=(told_after(owner), told_on(owner)) if called else (),
            ended=told_after(owner) if called else "",
            by_hand=not called,
        )
    yield Line(
        name="needs",
        page=COMMUNICATION,
        text="Who answers for what needs a lost part is told before it is brought back, and again"
        " after",
    )
    for each in audiences:
        where = " and ".join(one for one in (each.chat, each.email) if one)
        within = f"within {duration(each.within)}, by {where}"
        for end, stage, what in (
            ("begin", BEGIN, "what is known"),
            ("end", END, "that it is over"),
        ):
            yield Line(
                name=f"tell/{each.name}/{end}",
                page=COMMUNICATION,
                text=f"{each.name}: told {what}, {within}",
                shown_by=(f"told/{stage}",),
                needs=(told_after(each.name), told_on(each.name)),
                ended=told_after(each.name),
                by_hand=False,
            )


def _procedure(procedure: Procedure) -> Iterator[Line]:
    """Each step of a procedure; where a drill follows the page, command by command."""
    alone = procedure.rehearsal is not None
    for number, step in enumerate(procedure.steps, start=1):
        yield Line(
            name=f"{procedure.name}/{number}",
            page=CHECKLISTS,
            text=f"{step.does}: {step.expects}",
            shown_by=(procedure.expectation,),
            needs=(typed(number),) if alone else (),
            began=typed(number - 1) if alone else "",
            ended=typed(number) if alone else "",
        )


def _validation(system: System) -> Iterator[Line]:
    """What to look at before anybody is told that it is over."""
    yield Line(
        name=f"{VALID}runs",
        page=CHECKLISTS,
        text="Everything runs as it should: `seatrial status`",
        shown_by=(RUNS,),
        by_hand=False,
    )
    for name, store in system.stores.items():
        if store.durable:
            yield Line(
                name=f"{DATA}{name}",
                page=CHECKLISTS,
                text=f"No data of {name} is lost or wrong, beyond what its RPO allows",
            )
    for name in system.journeys:
        yield Line(
            name=f"{VALID}journey/{name}",
            page=CHECKLISTS,
            text=f"Somebody has gone the journey {name}, as its users do",
        )
