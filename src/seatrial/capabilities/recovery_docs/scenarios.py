"""Somebody does what a page says, and has nothing but the page."""

from seatrial.contract.action import Follow
from seatrial.contract.capability import Context
from seatrial.contract.procedure import Procedure, Rehearsal
from seatrial.contract.scenario import Injection, Scenario

REQUIREMENT = "R18"


def followed(context: Context) -> tuple[tuple[Procedure, Rehearsal], ...]:
    """The procedures that drills follow: where documents are promised, in a rehearsal."""
    if not context.rehearsal or not context.system.promised(REQUIREMENT):
        return ()
    return tuple(
        (each, each.rehearsal)
        for each in context.declarations.procedures
        if each.rehearsal is not None
    )


def scenario_of(procedure: Procedure) -> str:
    """The scenario in which its page is followed."""
    return f"follow-{procedure.name}"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each page."""
    return tuple(_scenario(*each) for each in followed(context))


def _scenario(procedure: Procedure, rehearsal: Rehearsal) -> Scenario:
    follow = Follow(
        workload=rehearsal.workload,
        page=procedure.name,
        blanks=rehearsal.blanks,
        declared=tuple(each.argv for each in procedure.steps),
        undo=rehearsal.undo,
        nothing=rehearsal.nothing,
        within=rehearsal.within,
    )
    return Scenario(
        name=scenario_of(procedure),
        question=f"Does the page {procedure.name} lead to its end whoever has nothing else?",
        injections=(Injection(actions=(follow,)),),
        radius=rehearsal.radius,
        # the page is made, too, and what was begun is removed
        within=rehearsal.within * (len(procedure.steps) + 2),
        steady=rehearsal.steady,
        fresh=False,
    )
