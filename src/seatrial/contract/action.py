"""The faults and planted defects that a runtime can carry out, each with an undo of its own.

The runtime journals the undo, on disk, before it acts. Whatever is done here can be undone by
`seatrial undo`, also after seatrial itself was killed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The first replica that answers a GET of `path` with success, at the moment of the fault.

    Which member of a cluster is its primary is known to nobody before.
    """

    port: str
    path: str

    def __str__(self) -> str:
        """As timelines tell it."""
        return f"whose {self.path} answers"


Which = int | Answering | None  # of a workload's replicas; None: all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """SIGKILL every process of a workload, and hold it down. Undo: let it start again."""

    workload: str
    replica: Which = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """SIGSTOP every process: sockets stay open and nothing answers. Undo: SIGCONT."""

    workload: str
    replica: Which = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stutter:
    """Stop and continue every process of replicas by turns: they answer, and slowly. Undo: SIGCONT.

    `still` seconds each time they are stopped, `awake` seconds between. It lasts no longer than the
    process that injects it, and is of those processes that run when it begins.
    """

    workload: str
    still: float
    awake: float
    replica: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """SIGKILL without holding it down: the runtime's restart policy brings it back."""

    workload: str
    replica: Which = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Stop every replica of a workload gracefully, and keep it stopped. Undo: start it."""

    workload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingRestart:
    """Restart replica after replica, each ready before the next. Undo: all of them run.

    `away` is how many seconds each stays away before it starts again: a deploy fetches and unpacks.
    """

    workload: str
    away: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CutEdge:
    """No byte passes a declared edge (open connections too). Undo: the edge is whole again.

    `replica` is the source's, of a link that is `apart`; None: every edge between the two.
    """

    source: str
    target: str
    replica: Which = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowEdge:
    """Each answer over an edge takes `latency` seconds more. Undo: as before."""

    source: str
    target: str
    latency: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetEdge:
    """Connections over an edge are reset. Undo: as before."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEdge:
    """Each connection over an edge breaks as soon as `after` bytes have passed one way.

    A new one may be made at once: some calls fail, others do not. Undo: as before.
    """

    source: str
    target: str
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Take replicas off their networks: they live, and nobody reaches anybody. Undo: back on.

    They come back with their addresses and names.
    """

    workload: str
    replica: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LosePackets:
    """Of all packets from and to replicas a `share` (0 to 1) is lost. Undo: none is."""

    workload: str
    share: float
    replica: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FillDisk:
    """Fill a workload's size-limited volume, leaving `leave` bytes. Undo: the filler is removed."""

    workload: str
    volume: str
    leave: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyVolume:
    """Delete all that a workload's volume holds, while it runs. There is no undo: it is lost.

    Only for a volume that the batch of drills has made itself: what was there before is set aside.
    """

    workload: str
    volume: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhaustMemory:
    """Allocate inside a memory-limited workload until its limit is hit. Undo: freed."""

    workload: str
    replica: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterFile:
    """Replace a rendered file of a workload and make it read it. Undo: the first text again."""

    workload: str
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request to a workload, with the request that undoes it.

    `${answer.KEY}` in the undo's path is taken from the JSON answer of the first request. `body`
    is sent as JSON when it is not empty; `${now+SECONDS}` in it becomes that instant (RFC 3339),
    and `${injection}` a mark of this injection, by which its undo finds what the request made.
    `refused`: an answer of 4xx is what is asked for, as an attacker gets it. `headers` are told in
    no timeline; `${secret.NAME}` in one becomes that secret only as it is sent.
    """

    workload: str
    port: str
    method: str
    path: str
    body: str = ""
    undo: "Request | None" = None
    refused: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLines:
    """Write lines to the standard output of replicas, as if they had. There is no undo.

    All `lines` are written `times` times over, each of at most 4000 bytes in one piece. In a line
    `${now}` becomes the instant at which it is written (seconds since the epoch), `${time}` the
    same as RFC 3339, `${replica}` the replica's number, and `${number}` counts the rounds from 0.
    """

    workload: str
    lines: tuple[str, ...]
    replica: int | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteHostLine:
    """Let the machine write a line, as a program would: by its syslog, or its kernel's messages.

    Its severity is a warning. In `text` `${now}` becomes the instant at which it is written
    (seconds since the epoch). There is no undo.
    """

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Execute:
    """Run a command as one replica of a workload would. Undo: the command `undo`, if there is one.

    Marks such as `${self.address}` are filled in. `undo` must be harmless when repeated, and when
    the command itself was never run. An end with a status other than 0 is a failure.
    """

    workload: str
    argv: tuple[str, ...]
    undo: tuple[str, ...] = ()
    replica: int | Answering = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Do what a page of the recovery documents says, as a person would who has nothing else.

    In an empty folder `seatrial docs` makes the pages anew; the commands are taken from `page`, and
    run one after the other, each for `within` seconds at most, until one fails. `blanks` are what
    to write for which mark on the page; in a value, `${now}` is the moment, with its zone, and
    `${injection}` a word of this injection alone. What was seen are observations of the kinds
    PRINTED and FOLLOWED. Undo: the commands `undo`, one after the other, in which the same marks
    and `${file}` may stand; each has removed what was left when it ends with 0 or says one of
    `nothing`. `workload` is what does it.
    `declared` are the commands that the page was declared with: run are those that stand on it, but
    with other ones it is another action, and evidence of this one says nothing of it.
    """

    workload: str
    page: str
    blanks: tuple[tuple[str, str], ...]
    declared: tuple[tuple[str, ...], ...] = ()
    undo: tuple[tuple[str, ...], ...] = ()
    nothing: tuple[str, ...] = ()
    within: float = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Misprint:
    """Whoever follows a page has a print of it in which `old` reads `new`. Undo: as it is made.

    `workload` is what does that which the page is about.
    """

    workload: str
    page: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Bring the system back from its newest sealed bundle, in an empty folder, and look at it.

    As a person would who has nothing but the bundle, which is fetched from `workload`, the secret
    `key`, and `page` of the recovery documents: its commands are run one after the other, each for
    `within` seconds at most, with a state that is empty. `blanks` are what to write for which mark
    on the page: KEY, BUNDLE, FOLDER and SYSTEM may stand there. Then each file and each secret is
    held against what the system has. What was seen is an observation of the kind REOPENED.
    `declared` are the commands that the page was declared with, as for Follow. Undo: the folder is
    removed.
    """

    workload: str
    key: str
    page: str
    blanks: tuple[tuple[str, str], ...]
    declared: tuple[tuple[str, ...], ...] = ()
    place: str = ""  # another region, from which it is fetched
    within: float = 120.0


REOPENED = "reopened"  # what was brought back from a bundle
# In what fills a blank of its page: the file of the key, that of the bundle, the empty folder, and
# the system's file in it.
KEY, BUNDLE, FOLDER, SYSTEM = "${key}", "${bundle}", "${folder}", "${system}"
PRINTED, FOLLOWED = "printed", "followed"  # a page that was made; a command of it that was run

EdgeFault = CutEdge | SlowEdge | ResetEdge | BreakEdge  # carried out in the fault proxy
ProcessFault = Kill | Pause | Stutter | Crash | Halt | RollingRestart
Action = (
    ProcessFault
    | EdgeFault
    | Disconnect
    | LosePackets
    | FillDisk
    | EmptyVolume
    | ExhaustMemory
    | AlterFile
    | Request
    | WriteLines
    | WriteHostLine
    | Execute
    | Follow
    | Misprint
    | Reopen
)


def describe(action: object) -> str:
    """An action in a few words, for timelines and journals: `Kill worker`, no file's content."""
    fields = ("workload", "source", "target", "replica", "method", "path", "page")
    values = (getattr(action, name, None) for name in fields)
    words = [str(each) for each in values if each is not None]
    return " ".join((type(action).__name__, *words))
