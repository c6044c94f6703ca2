"""Where each panel leads on: runbook, logs and traces of the same time, whatever it is about."""

from dataclasses import replace

from seatrial.capabilities.dashboards.boards.names import leads, onward
from seatrial.contract.board import Board, Onward, Panel, Row, Target
from seatrial.system.model import System

_ALWAYS = (Target.RUNBOOK, Target.LOGS, Target.TRACES)
_CALLERS = 2  # of a store, whose traces are shown: it writes none itself


def led(board: Board, system: System) -> Board:
    """The board with what its panels lack."""
    found: dict[str, tuple[Onward, ...]] = {}  # most panels of a board are about one subject

    def panel(each: Panel) -> Panel:
        subject = each.subject or board.subject
        if subject not in found:
            found[subject] = ways(system, subject)
        there = {link.target for link in each.links}
        more = tuple(link for link in found[subject] if link.target not in there)
        return replace(each, links=(*each.links, *more)) if more else each

    rows = tuple(Row(title=row.title, panels=tuple(map(panel, row.panels))) for row in board.rows)
    return replace(board, rows=rows)


def ways(system: System, subject: str) -> tuple[Onward, ...]:
    """Runbook, logs and traces of a subject; of what has none itself, those of all or of others."""
    if subject in system.services:
        return leads(subject, traced=True)
    if subject in system.stores:
        callers = [name for name, each in system.services.items() if subject in each.needs]
        return (
            *leads(subject),
            *(onward(Target.TRACES, each) for each in callers[:_CALLERS]),
        )
    if subject in system.journeys:
        start = system.journeys[subject].start
        return (onward(Target.RUNBOOK, subject), *leads(start, traced=True)[1:])
    entry = next(iter(_entries(system)), "")
    return (
        *((onward(Target.RUNBOOK, subject),) if subject else ()),
        Onward(target=Target.LOGS, subject="", title="All logs"),
        *((onward(Target.TRACES, entry),) if entry else ()),
    )


def _entries(system: System) -> tuple[str, ...]:
    """Where users come in, the journeys' first services before others: their traces hold all."""
    starts = [each.start for each in system.journeys.values()]
    exposed = [name for name, each in system.services.items() if each.exposed]
    return tuple(dict.fromkeys((*starts, *exposed, *system.services)))
