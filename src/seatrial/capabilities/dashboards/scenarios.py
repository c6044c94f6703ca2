"""Boards need no fault of their own: only a Grafana is looked at apart, where one is asked for."""

from seatrial.capabilities.dashboards.declare import REQUIREMENT
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.scenario import Scenario

STANDING = "boards-in-grafana"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """The look at the system's own Grafana; none where the file asks for none."""
    asked = context.system.promised(REQUIREMENT) and context.settings.grafana
    if not asked or context.dialect is not Dialect.FILES:
        return ()
    return (
        Scenario(
            name=STANDING,
            question="Do the boards stand in Grafana as they were written, with figures?",
            injections=(),
            radius=frozenset(),
            within=40.0,
            fresh=False,
        ),
    )
