"""What nobody answers for: a gap that stays visible until somebody is named.

An importer cannot know who answers, and must not invent it. It writes `owner: unassigned`, a team
of that name with nobody in it; the file loads, and every check says so.
"""

from collections.abc import Iterable, Iterator

from seatrial.system.problem import Problem, Severity
from seatrial.system.tree import Node, find

UNASSIGNED = "unassigned"
_OWNED = ("services", "stores", "externals", "journeys", "exceptions")


def first_team(teams: Iterable[str]) -> str:
    """Who is told of what is nobody's service: the first team that is somebody.

    Where there is none it is nobody's (`unassigned`); without any team it is "".
    """
    known = tuple(teams)
    return next((each for each in known if each != UNASSIGNED), UNASSIGNED if known else "")


def check_ownership(root: Node) -> Iterator[Problem]:
    """A warning for each thing whose owner is nobody."""
    for section in _OWNED:
        for path, node in find(root, f"{section}.*.owner"):
            if node.value == UNASSIGNED:
                yield Problem(
                    "ST1216",
                    node.place,
                    f"nobody answers for {section}.{path[1]}: no alert of it reaches anyone",
                    "write the team or person who does",
                    Severity.WARNING,
                )
