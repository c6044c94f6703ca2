"""A procedure: what a person types, and the proof that it was followed.

Its page is made from these values, and what a drill follows is that page: nobody writes it twice.
"""

from dataclasses import dataclass
from enum import StrEnum

from seatrial.contract.evidence import Verdict
from seatrial.contract.scenario import Steady

FILE = "${file}"  # in a command: the system's file, by its whole path
NOW, MARK = (
    "${now}",
    "${injection}",
)  # in what fills a blank: the moment, and what only we are called
DURATION = "procedure"  # the figure, in seconds, of the evidence that a procedure was followed


class Kind(StrEnum):
    """What a procedure is for; RETURN takes a recovery back, or leads home after one."""

    BACKUP = "backup"
    RECOVERY = "recovery"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What only the reader knows: `<NAME>` in a command. `example` is a value that will do."""

    name: str
    meaning: str
    example: str

    @property
    def mark(self) -> str:
        """As it stands in a command; a shell takes it for a word only within quotes."""
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command, why, and what must be seen then.

    `argv` may hold FILE and blanks. It must end with 0, and its output hold the words `shows`;
    `expects` tells a person what else to look at.
    """

    does: str
    argv: tuple[str, ...]
    expects: str
    shows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a procedure is held to, and which proof says how well that is kept.

    `target` is in seconds, and so is `figure`, of the evidence of `expectation`; `means` says in a
    clause what that measures, `lacks` what it leaves out.
    """

    name: str
    target: float
    means: str
    expectation: str
    figure: str
    lacks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How a procedure is followed in a drill.

    `workload` is what does it. `blanks` fills each by its name, where NOW and MARK may stand.
    `radius` is what is disturbed, `steady` what must hold before. `undo` are commands that remove
    what is left when it is broken off; each has done so when it ends with 0 or says one of
    `nothing`. A command that fails and says `busy` was only come between. `within` bounds each, in
    seconds.
    """

    workload: str
    blanks: tuple[tuple[str, str], ...]
    radius: frozenset[str]
    steady: tuple[Steady, ...]
    undo: tuple[tuple[str, ...], ...] = ()
    nothing: tuple[str, ...] = ()
    busy: str = ""
    within: float = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What is typed to back something up, or to bring it back.

    `facts` are names and texts for the head of its page. `lacks` says what it does not reach.
    `depends` are the dotted paths of the file that it rests on. The evidence of `expectation` is
    its last execution; with a `rehearsal`, a drill of its own follows the page.
    """

    name: str
    kind: Kind
    subject: str
    owner: str
    purpose: str
    facts: tuple[tuple[str, str], ...]
    blanks: tuple[Blank, ...]
    steps: tuple[Step, ...]
    lacks: str
    depends: tuple[str, ...]
    expectation: str
    objectives: tuple[Objective, ...] = ()
    rehearsal: Rehearsal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The last time that a procedure was followed, and what that is worth today.

    `at` is when it ended, in seconds since the epoch, `seconds` how long it took; None where that
    was not measured. `control`: it was shown that it can fail.
    """

    verdict: Verdict
    reason: str
    at: float
    seconds: float | None
    evidence: str
    control: bool
