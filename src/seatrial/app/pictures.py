"""Pictures of boards, kept with the evidence of what was seen on them; taken by somebody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seatrial.drills.run import Drill

BEFORE = 300.0  # seconds before a drill that its pictures show, to see what it was like


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """PNGs by the board's uid; `lacking` says in a clause why some could not be taken."""

    pictures: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    lacking: str = ""


Camera = Callable[[tuple[str, ...], float, float], Taken]  # uids, from and to in epoch seconds
NONE = Taken()


def taken(drill: Drill, camera: Camera | None) -> Taken:
    """The boards that a drill's expectations speak of, as they were during the drill."""
    wanted = tuple(
        dict.fromkeys(uid for each in drill.outcomes for uid in each.expectation.pictures)
    )
    if camera is None or not wanted or drill.aborted:
        return NONE
    return camera(wanted, drill.started - BEFORE, drill.finished)
