"""Where boards cannot serve whoever looks at them."""

from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem


def check(intent: Intent) -> tuple[Problem, ...]:
    """Names that this file does not know."""
    system, owner = intent.system, intent.settings.owner
    if not owner or owner in system.teams:
        return ()
    return (
        Problem(
            "ST2201",
            system.place("dashboards", "owner"),
            f"unknown team {owner!r} in dashboards.owner",
            f"write one of {', '.join(system.teams)}",
        ),
    )
