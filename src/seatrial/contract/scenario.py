"""Scenarios (one fault, once) and the expectations that capabilities attach to them."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial.contract.action import Action
from seatrial.contract.timeline import Observation, Timeline

EARLIER = 60.0  # seconds: what is told since may be of something that began before
EVERYTHING = "*"  # a radius that meets every other


class Ability(StrEnum):
    """What a scenario may need of the machine or the runtime."""

    ROOT = "root"
    MEMORY_LIMIT = "memory-limit"
    SIZED_VOLUME = "sized-volume"
    FAULT_PROXY = "fault-proxy"
    NETWORK = "network"  # a replica can be taken off its network, and come back as it was
    PACKET_LOSS = "packet-loss"
    WRITE_LINES = "write-lines"  # into a replica's standard output, as if it had written them
    HOST_LINES = "host-lines"  # the machine writes lines of its own, which can be read
    READ_LINES = "read-lines"  # what replicas write lies where what collects it may read it
    ONE_FILE_SYSTEM = "one-file-system"  # what works in another's place is on one with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """Actions taken together, held for `hold` seconds and then undone.

    `hold` None: until every expectation is ripe, and for `least` seconds. `pause` is the wait, in
    seconds, after it.
    """

    actions: tuple[Action, ...]
    hold: float | None = None
    least: float = 0.0
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Something polled during a drill: an HTTP GET on a workload, parsed into observations.

    `path` may hold `${since}`: in seconds since the epoch, the instant at which all was seen to be
    well, until then the start of the drill; `${since.us}` is it in whole microseconds, and
    `${earlier.us}` is EARLIER before it. `parse` takes the poll's instant and the body; it is pure.
    A poll that fails is itself an observation of kind `unreachable`. `replica` is who is asked.
    """

    name: str
    workload: str
    port: str
    path: str
    parse: Callable[[float, bytes], tuple[Observation, ...]]
    every: float = 0.5
    replica: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A condition that must hold before anything is injected, else the drill is `unknown`.

    `holds` judges the watch's newest observations and gives a sentence when it does not.
    """

    name: str
    watch: Watch
    holds: Callable[[tuple[Observation, ...]], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One fault, injected once.

    `radius` names everything that the fault may disturb; scenarios whose radii do not meet run
    side by side. `within` bounds the whole drill, `settle` is how long to watch after the last
    injection was undone for what must not come; both in seconds. `fresh`: whether it needs a fresh
    alerting state; what neither trips an alert nor reads one need not wait for it. `looks`: it
    breaks nothing, and may look while alerts of what was broken before it still clear.
    """

    name: str
    question: str
    injections: tuple[Injection, ...]
    radius: frozenset[str]
    within: float
    settle: float = 0.0
    steady: tuple[Steady, ...] = ()
    needs: frozenset[Ability] = frozenset()
    quick: bool = False
    fresh: bool = True
    looks: bool = False


class State(StrEnum):
    """How far a judgement is: more to see, met, or broken."""

    PENDING = "pending"
    MET = "met"
    BROKEN = "broken"
    BLIND = "blind"  # what had to be seen could not be seen: the verdict is unknown


_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured number with its unit and, where it has one, the target it is held to.

    `bound` is `<=`, `>=`, `==` or "" for a figure without a target.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    bound: str = ""

    def __post_init__(self) -> None:
        """Refuse a bound that could not be judged. Raises ValueError."""
        if self.target is not None and self.bound not in _BOUNDS:
            raise ValueError(f"{self.name}: the bound {self.bound!r} is none of {list(_BOUNDS)}")

    @property
    def holds(self) -> bool:
        """Whether the target is met; a figure without a target always holds."""
        return self.target is None or _BOUNDS[self.bound](self.value, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an expectation says of a timeline, with its reason and its figures."""

    state: State
    reason: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A planted defect with which the expectation must not be met.

    `defect` is one sentence; `actions` plant it (and are undone after). `late`: with each
    injection and after its actions, because these would cover the defect up; with `ahead`, before
    them, because they would be seen while they begin. `settle` is how long, in seconds, it takes
    until the defect can be seen. `ill` are workloads that are not ready while the defect lasts,
    beside those that it kills or pauses: nobody waits for them to recover from the fault.
    """

    defect: str
    actions: tuple[Action, ...]
    late: bool = False
    ahead: bool = False
    settle: float = 2.0
    ill: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a capability expects to see in a scenario, and the control that proves it can fail.

    `judge` is pure: (timeline, now) to a judgement; `over` tells it that nothing more will come.
    The fault may be undone once this expectation has seen what it needs while the fault is there
    (`ripe`). `at_end`: it is judged only when nothing more will come, so that the drill does not go
    on for it once it has settled and it would be met. `expects` names the alerts that may page in
    this scenario. `depends` are the dotted paths of the file that its evidence rests on. `engines`
    names those that are not seen from what is done and asked; planning adds the others, and fills
    `workloads`: everything in play, whose engines and whose code the evidence rests on too.
    `pictures` are the uids of the boards that it speaks of: as they were drawn is kept with its
    evidence.
    """

    name: str
    scenario: str
    requirements: tuple[str, ...]
    summary: str
    watches: tuple[Watch, ...]
    judge: "Judge"
    control: Control
    ripe: Callable[[Timeline], bool] | None = None
    at_end: bool = False
    depends: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    expects: tuple[Mapping[str, str], ...] = field(default=(), hash=False)


Judge = Callable[[Timeline, float, bool], Judgement]


def settled(judge: Judge) -> Callable[[Timeline], bool]:
    """Whether it is met already: then the fault need not last longer for it."""
    return lambda timeline: judge(timeline, 0.0, False).state is State.MET  # noqa: FBT003 - Judge
