"""Where backups cannot be taken as the file promises."""

from seatrial.capabilities.backup import folders, policy
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester


def check(intent: Intent) -> tuple[Problem, ...]:
    """Whatever is wrong with what is said of backups, and who is told of the system's."""
    system = intent.system
    return (*policy.problems(system), *folders.problems(system), *_unknown_team(intent))


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
