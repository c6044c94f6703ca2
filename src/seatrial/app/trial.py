"""The trial itself: the lock, the plan as it runs, the drills, their evidence."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.apply import planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.app.prove import Clock, Proven, Say, chosen, control_all, drill_all
from seatrial.contract.evidence import Evidence
from seatrial.contract.runtime import RuntimeFailure
from seatrial.system.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a trial went as a whole; `overhead` is seconds not spent waiting for the system."""

    problems: tuple[Problem, ...]
    overhead: float


def trial(
    file: Path,
    *,
    quick: bool,
    controls: bool,
    only: tuple[str, ...],
    say: Say,
    done: Callable[[Proven, tuple[Evidence, ...]], None],
) -> Ended:
    """Run the drills of the system that is up. Raises Refused and RuntimeFailure.

    Whatever an earlier run left in place is undone first; whatever this one injects is undone
    before it returns, also on Ctrl-C.
    """
    runtime = open_runtime(file)
    with runtime.locked("prove"), _stopping() as stop:
        planned = planned_for(file, runtime)
        if not runtime.status():
            raise RuntimeFailure("nothing of this system runs here", "run `seatrial up` first")
        for sentence in runtime.undo_all():
            say("undo", "undone", sentence)
        scenarios = chosen(planned, quick=quick, only=only)
        if not scenarios:
            raise RuntimeFailure(
                f"no scenario begins with {', '.join(only)}",
                f"there are: {', '.join(each.name for each in planned.scenarios())}",
            )
        books = Books(planned, runtime)
        lock = threading.Lock()
        waited: list[float] = []

        def keep(proven: Proven) -> None:
            with lock:
                waited.append(proven.drill.waited)
                done(proven, books.keep(proven))

        clock = Clock(now=time.time, sleep=time.sleep)
        began = time.monotonic()
        run = control_all if controls else drill_all
        run(planned, runtime, scenarios, clock=clock, say=say, stop=stop, done=keep)
        took = time.monotonic() - began
    return Ended(problems=planned.problems, overhead=max(0.0, took - _longest(waited, took)))


def _longest(waited: list[float], took: float) -> float:
    """Time in which at least one drill merely waited: drills of a batch wait together."""
    return min(took, sum(waited))


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """SIGTERM and SIGHUP end a trial as Ctrl-C does: undo first, then go."""
    stop = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    before = {each: signal.signal(each, ask) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
