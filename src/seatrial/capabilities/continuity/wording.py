"""What is told to whom in an exercise. Pure.

Each text is marked before it is anybody's words: nobody may take a rehearsal for a disaster.
"""

from seatrial.capabilities.continuity.settings import Audience
from seatrial.system.model import System

MARK = "EXERCISE"
WORDS = ("system", "exercise")


def subject(system: System, exercise: str, *, over: bool) -> str:
    """The line that is read first."""
    what = "is over" if over else "has begun"
    return f"{MARK}, nothing is wrong with {system.name}: {exercise} {what}"


def body(system: System, exercise: str, audience: Audience, *, over: bool) -> str:
    """The audience's own text, marked on both ends."""
    text = audience.all_clear if over else audience.notice
    for word, value in zip(WORDS, (system.name, exercise), strict=True):
        text = text.replace(f"${{{word}}}", value)
    return f"{MARK} {MARK} {MARK}\n\n{text}\n\nThis was an {MARK.lower()}: do nothing."
