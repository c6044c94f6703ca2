"""What of the rules cannot be in force, and names that mean nothing."""

from seatrial.capabilities.detection.declare import found, wanted
from seatrial.capabilities.detection.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem, Severity


def check(intent: Intent) -> tuple[Problem, ...]:
    """Every rule that is refused, with its place in its own file."""
    system, settings = intent.system, intent.settings
    if not wanted(intent):
        return ()
    problems = [
        Problem(
            "ST5406",
            system.place("detection", "owner"),
            f"unknown team {settings.owner!r} in detection.owner",
            f"write one of {', '.join(system.teams)}",
        )
        for _ in (settings.owner,)
        if settings.owner and settings.owner not in system.teams
    ]
    return (*problems, *found(intent).problems, *_without(intent, settings))


def _without(intent: Intent, settings: Settings) -> list[Problem]:
    from seatrial.capabilities.detection.rules import names  # noqa: PLC0415 - see declare.found

    known = names(intent.texts) if settings.without else frozenset()
    return [
        Problem(
            "ST5407",
            intent.system.place("detection", "without", place),
            f"no rule is called {name!r}",
            f"write one of {', '.join(sorted(known))}",
            Severity.WARNING,
        )
        for place, name in enumerate(settings.without)
        if name not in known
    ]
