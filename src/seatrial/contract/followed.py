"""What was seen of a page that was followed, for judges. Pure."""

import json

from seatrial.contract.action import FOLLOWED
from seatrial.contract.procedure import DURATION
from seatrial.contract.scenario import Figure
from seatrial.contract.timeline import Observation, Timeline

# ends of `seatrial` that say nothing of what was asked: not determined, timed out, interrupted
UNCLEAR = frozenset({3, 124, 130})

_MAKING = "0"  # the number of the command that makes the pages


def commands(timeline: Timeline, page: str) -> list[Observation]:
    """The commands of a page that were run, in order."""
    return [each for each in timeline.of(kind=FOLLOWED) if each.subject == page]


def wrong(timeline: Timeline, page: str) -> str:
    """The first command of the page that failed, with its last words; empty where none did."""
    for each in commands(timeline, page):
        if each.value:
            told = json.loads(each.text)
            return f"`{told['command']}` ended with {each.value:.0f}: {_reason(told['said'])}"
    return ""


def ordered(timeline: Timeline, page: str, word: str) -> float | None:
    """When the command was begun that has this word among its own; None where none was."""
    for each in commands(timeline, page):
        told = json.loads(each.text)
        if word in told["command"].split():
            return float(each.at - told["seconds"])
    return None


def took(timeline: Timeline, page: str) -> tuple[Figure, ...]:
    """How long all commands of the page took together; nothing where none was run."""
    own = (each for each in commands(timeline, page) if each.labels.get("number") != _MAKING)
    found = [json.loads(each.text)["seconds"] for each in own]
    return (Figure(name=DURATION, value=sum(found), unit="s"),) if found else ()


def _reason(said: str) -> str:
    """What a command complained of, else its last line."""
    lines = said.strip().splitlines() or [""]
    told = (each for each in lines if each.lower().startswith("error"))
    return next(told, lines[-1])
