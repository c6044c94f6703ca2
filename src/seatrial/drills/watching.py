"""The growing timeline of one drill: its steps, and what each watch saw when it was due."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.contract.scenario import EARLIER, Watch
from seatrial.contract.timeline import Observation, Timeline
from seatrial.drills.stop import Stop

STEP = 0.25


@dataclass(kw_only=True)
class Watching:
    """The growing timeline of one drill, when each watch is due, and when it last saw something."""

    runtime: Runtime
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str, str], None]
    watches: tuple[Watch, ...]
    stop: Stop
    since: float
    timeline: Timeline = field(default_factory=Timeline)
    due: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    waited: float = 0.0

    def step(self, name: str, at: float | None = None, text: str = "") -> None:
        """Note a step of the drill itself."""
        moment = self.clock() if at is None else at
        self.say(name, text)
        self.timeline = self.timeline.adding(
            (Observation(at=moment, source="drill", kind="step", subject=name, text=text),)
        )

    def poll(self, until: float = math.inf) -> None:
        """Ask every watch that is due; none any more from `until` on, since a fault must end."""
        for watch in self.watches:
            now = self.clock()
            if until > now >= self.due.get(watch.name, 0.0):
                self.due[watch.name] = now + watch.every
                seen = ask(self.runtime, watch, self.since, now)
                self.timeline = self.timeline.adding(seen)
                if all(each.kind != "unreachable" for each in seen):
                    self.answered[watch.name] = now

    def rest(self, seconds: float = STEP) -> None:
        """Wait a little; raises Interrupted when the run is being stopped."""
        if self.stop.is_set():
            raise Interrupted
        self.sleep(seconds)
        self.waited += seconds


class Interrupted(Exception):  # noqa: N818 - a request, not an error
    """The run is being stopped; what is injected is undone on the way out."""


def ask(runtime: Runtime, watch: Watch, since: float, now: float) -> tuple[Observation, ...]:
    """One poll of a watch; a failure is an observation of kind `unreachable`."""
    path = watch.path.replace("${since}", f"{since:.3f}")
    path = path.replace("${since.us}", str(round(since * 1_000_000)))
    path = path.replace("${earlier.us}", str(round((since - EARLIER) * 1_000_000)))
    try:
        answer = runtime.request("GET", watch.workload, watch.port, path, replica=watch.replica)
        if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
            return (_unreachable(watch, now, f"HTTP {answer.status}"),)
        return watch.parse(now, answer.body)
    except RuntimeFailure as failure:
        return (_unreachable(watch, now, failure.summary),)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return (_unreachable(watch, now, f"unreadable answer: {error}"),)


def _unreachable(watch: Watch, at: float, text: str) -> Observation:
    return Observation(
        at=at, source=watch.name, kind="unreachable", subject=watch.workload, text=text
    )
