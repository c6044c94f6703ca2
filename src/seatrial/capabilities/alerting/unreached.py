"""Whom a production does not reach."""

from seatrial.capabilities.alerting import routes
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity as AlertSeverity
from seatrial.system.problem import Problem, Severity


def unreached(context: Context) -> tuple[Problem, ...]:
    """A warning for each team whose pages reach nobody, because no channel has an address.

    A rehearsal's channels are the sink's, and reach everybody.
    """
    if context.rehearsal:
        return ()
    system = context.system
    told = {
        each.name: each.slack or each.email or each.pagerduty
        for each in routes.receivers(context, context.regions[0])
    }
    return tuple(
        Problem(
            "ST3204",
            system.place("teams" if name in system.teams else "people", name),
            f"outside a rehearsal, the pages of {name} reach nobody",
            f"give it a pager, or write alerting.slack or alerting.email for its "
            f"{'channels' if name in system.teams else 'address'}",
            Severity.WARNING,
        )
        for name in routes.recipients(system)
        if not told[routes.receiver_name(name, AlertSeverity.PAGE)]
    )
