"""Whom a production does not reach."""

from collections.abc import Iterable, Iterator

from seatrial.capabilities.alerting import routes
from seatrial.contract.declaration import Severity as AlertSeverity
from seatrial.engines.alertmanager.config import Receiver
from seatrial.system.model import System
from seatrial.system.problem import Problem, Severity


def unreached(system: System, receivers: Iterable[Receiver]) -> Iterator[Problem]:
    """A warning for each team whose pages reach nobody, because no channel has an address."""
    told = {each.name: each.slack or each.email or each.pagerduty for each in receivers}
    for name in routes.recipients(system):
        if not told[routes.receiver_name(name, AlertSeverity.PAGE)]:
            section = "teams" if name in system.teams else "people"
            yield Problem(
                "ST3204",
                system.place(section, name),
                f"outside a rehearsal, the pages of {name} reach nobody",
                f"give it a pager, or write alerting.slack or alerting.email for its "
                f"{'channels' if section == 'teams' else 'address'}",
                Severity.WARNING,
            )
