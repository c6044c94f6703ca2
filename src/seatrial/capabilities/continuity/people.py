"""Who is concerned by an exercise, as the file names them. Pure."""

from seatrial.capabilities.continuity.settings import Exercise, Settings
from seatrial.system.model import System
from seatrial.system.ownership import UNASSIGNED

REQUIREMENT, DOCUMENTS = "R22", "R18"


def takes_part(system: System, exercise: Exercise) -> tuple[str, ...]:
    """Teams and people who must be there: every team, where none is named."""
    teams = tuple(each for each in system.teams if each != UNASSIGNED)
    return exercise.takes_part or teams


def called_alone(system: System, exercise: Exercise) -> tuple[str, ...]:
    """The people that are called by themselves: those who take part and are in no team."""
    reached = {
        each
        for name, team in system.teams.items()
        if name != UNASSIGNED
        for each in (name, *team.members)
    }
    return tuple(
        each for each in exercise.takes_part if each in system.people and each not in reached
    )


def called(system: System, exercise: Exercise) -> tuple[str, ...]:
    """The teams that are paged: those that take part, and those whose people do."""
    wanted = takes_part(system, exercise)
    return tuple(
        name
        for name, team in system.teams.items()
        if name != UNASSIGNED and (name in wanted or set(wanted) & set(team.members))
    )


def informed(settings: Settings, exercise: Exercise) -> tuple[str, ...]:
    """The audiences that are told: every one, where none is named."""
    return exercise.informs or tuple(settings.audiences)
