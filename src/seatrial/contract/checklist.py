"""What a plan or a checklist asks for, line by line, and by what it is seen that it was done.

The lines stand on the pages, and an exercise that follows the pages is held to the same lines:
nobody writes them twice.
"""

from dataclasses import dataclass

from seatrial.contract.scenario import State

CONTINUITY, COMMUNICATION, CHECKLISTS = "continuity", "communication", "checklists"
PLANS = (CONTINUITY, COMMUNICATION)
BEGIN, END = "${begin}", "${end}"  # in `shown_by`: the scenarios in which an exercise tells people
RUNS = "status"  # in `shown_by`: the look at everything once an exercise is over


def told_after(who: str) -> str:
    """The figure, in seconds since it was sent, of the last message that reached somebody."""
    return f"{who} told after"


def told_on(who: str) -> str:
    """The figure that counts the channels on which it reached them in its right form."""
    return f"{who} reached on"


def typed(number: int) -> str:
    """The figure, in seconds since the page was asked for, at which a command had done as told.

    0 is the command that makes the pages.
    """
    return f"command {number} ended after"


def took(page: str) -> str:
    """The figure, in seconds, of how long it took to do what a page asks for."""
    return f"{page} took"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that a page asks for; `name` is what a person ticks it by, `text` its words.

    `shown_by` are the expectations of which any can show that it was done, RUNS for the look at the
    end; none of them: people say so, where it may be said `by_hand`. `needs` are the figures that
    must be there and hold; without them the whole expectation must be proven. `took` is the figure
    of its duration, in seconds; else it lasts from `began`, empty for the injection, to `ended`,
    both figures of seconds since the injection. `gone`: what it names does not exist any more.
    """

    name: str
    page: str
    text: str
    shown_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    took: str = ""
    began: str = ""
    ended: str = ""
    by_hand: bool = True
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a line: when, how long, by what it was seen.

    `at` is in seconds since the epoch, `seconds` its duration; None where nobody measured it.
    `seen` says by what, or of what is not MET, why not; `evidence` is the id of that which shows
    it.
    """

    line: str
    page: str
    text: str
    state: State
    seen: str
    at: float | None = None
    seconds: float | None = None
    evidence: str = ""
