"""Names in the section `tracing` that lead nowhere."""

from seatrial.capabilities.tracing.places import POSTGRES
from seatrial.capabilities.tracing.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem


def check(intent: Intent) -> tuple[Problem, ...]:
    """Teams and services that are not in the file."""
    system = intent.system
    settings: Settings = intent.settings
    found = [
        Problem(
            "ST4102",
            system.place("tracing", "spanless", name),
            f"unknown service {name!r} in tracing.spanless",
            f"write one of {', '.join(system.services)}",
        )
        for name in settings.spanless
        if name not in system.services
    ]
    postgres = [name for name, each in system.stores.items() if each.engine == POSTGRES]
    found += [
        Problem(
            "ST4103",
            system.place("tracing", "statements", name),
            f"{name!r} in tracing.statements is no PostgreSQL store of this file",
            f"write one of {', '.join(postgres)}" if postgres else "delete the key",
        )
        for name in settings.statements
        if name not in postgres
    ]
    if settings.owner and settings.owner not in system.teams:
        found.append(
            Problem(
                "ST4101",
                system.place("tracing", "owner"),
                f"unknown team {settings.owner!r} in tracing.owner",
                f"write one of {', '.join(system.teams)}",
            )
        )
    return tuple(found)
