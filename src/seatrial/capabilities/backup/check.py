"""Where backups cannot be taken as the file promises."""

from seatrial.capabilities.backup import folders, policy
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem, Severity
from seatrial.system.suggest import Suggester

_SYSTEM = "R20.2"


def check(intent: Intent) -> tuple[Problem, ...]:
    """Whatever is wrong with what is said of backups, and who is told of the system's."""
    system = intent.system
    return (
        *policy.problems(system),
        *folders.problems(system),
        *_unknown_team(intent),
        *_unsealed(intent),
    )


def _unsealed(intent: Intent) -> tuple[Problem, ...]:
    """Stores that come back are worth little without the file and the secrets that they need."""
    system = intent.system
    promised = policy.asked(system, system.name, (policy.REQUIREMENT, _SYSTEM))
    if intent.settings.recovery_key is not None or not promised or intent.beside:
        return ()
    return (
        Problem(
            "ST7112",
            system.place("promises"),
            "no recovery_key is named: the file and the system's secrets are sealed nowhere",
            "run `seatrial key new --out recovery.key`, and write what it prints as"
            f" backup: {{recovery_key: age1...}}; or except {_SYSTEM} of {system.name}",
            Severity.NOTE,
        ),
    )


def _unknown_team(intent: Intent) -> tuple[Problem, ...]:
    owner, teams = intent.settings.owner, intent.system.teams
    if not owner or owner in teams:
        return ()
    return (
        Problem(
            "ST7111",
            intent.system.place("backup", "owner"),
            f"unknown team {owner!r} in backup.owner",
            Suggester().cure(owner, teams, "name one of the teams, or delete the key"),
        ),
    )
