"""Where logs cannot be kept as the file promises."""

from seatrial.capabilities.logs.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem, Severity

_SECRET = ("cards", "tokens", "passwords")


def check(intent: Intent) -> tuple[Problem, ...]:
    """An owner that is nobody, secrets that nobody masks."""
    system = intent.system
    settings: Settings = intent.settings
    found = []
    if settings.owner and settings.owner not in system.teams:
        found.append(
            Problem(
                "ST5101",
                system.place("logs", "owner"),
                f"unknown team {settings.owner!r} in logs.owner",
                f"write one of {', '.join(system.teams)}",
            )
        )
    bare = [each for each in _SECRET if each not in settings.mask]
    if bare:
        found.append(
            Problem(
                "ST5102",
                system.place("logs", "mask"),
                f"{' and '.join(bare)} are stored as they are written",
                f"add {', '.join(bare)} to logs.mask",
                Severity.WARNING,
            )
        )
    return tuple(found)
