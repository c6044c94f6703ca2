"""The trial itself: the lock, the plan as it runs, the drills, their evidence."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from seatrial.app.apply import as_written, planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.app.interrupt import stopping, to_its_end
from seatrial.app.pictures import Camera, taken
from seatrial.app.plan import Plan
from seatrial.app.prove import (
    Clock,
    Proven,
    Say,
    chosen,
    control_all,
    controlled,
    drill_all,
    no_such_scenario,
)
from seatrial.contract.evidence import Evidence
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.evidence.chain import whole
from seatrial.runtimes.shared.whose import nothing_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a trial went as a whole; `overhead` is seconds not spent waiting for the system."""

    planned: Plan
    overhead: float


def trial(
    file: Path,
    *,
    quick: bool,
    controls: bool,
    only: tuple[str, ...],
    say: Say,
    done: Callable[[Proven, tuple[Evidence, ...]], None],
    camera: Camera | None = None,
) -> Ended:
    """Run the drills of the system that is up; `camera` takes the pictures that evidence keeps.

    Raises Refused, RuntimeFailure and NoSuchScenario. Whatever an earlier run left in place is
    undone first; whatever this one injects is undone before it returns, also on Ctrl-C, and on
    the next Ctrl-C of whoever cannot wait. What cannot be undone is said.
    """
    runtime = open_runtime(file)
    with runtime.locked("prove"), stopping() as stop:
        planned = planned_for(file, runtime)
        if not runtime.status():
            raise nothing_runs(runtime.system, planned.folder)
        for sentence in runtime.undo_all():
            say("undo", "undone", sentence)
        as_written(planned, runtime)
        scenarios = chosen(planned, quick=quick, only=() if controls else only)
        expectations = controlled(planned, scenarios, only if controls else ())
        if not scenarios or (controls and not expectations):
            raise no_such_scenario(planned, quick=quick, only=only)
        books = Books(planned, runtime)
        whole(books.store)
        books.pin(expectations)
        lock = threading.Lock()
        waiting = Waiting(sleep=time.sleep, now=time.monotonic)

        def keep(proven: Proven) -> None:
            pictures = taken(proven.drill, None if controls else camera)
            with lock:
                done(proven, books.keep(proven, pictures))

        clock = Clock(now=time.time, sleep=waiting)
        began = time.monotonic()
        drills = partial(drill_all, planned, runtime, scenarios, planned.expectations(scenarios))
        planting = partial(control_all, planned, runtime, expectations)
        run = planting if controls else drills
        try:
            to_its_end(
                lambda: run(clock=clock, say=say, stop=stop, done=keep),
                stop,
                lambda: say("stop", "undoing", "what is injected is being undone; wait for it"),
            )
        except BaseException:  # also Ctrl-C: what it left in place must at least be said
            _mend(runtime, say)
            raise
        took = time.monotonic() - began
    return Ended(planned=planned, overhead=max(0.0, took - waiting.total))


def _mend(runtime: Runtime, say: Say) -> None:
    """Undo what a broken trial has left in place, or say that it is there."""
    try:
        for sentence in runtime.undo_all():
            say("undo", "undone", sentence)
    except RuntimeFailure as failure:
        say("undo", "not undone", f"{failure.summary}; run `seatrial undo`")


class Waiting:
    """Sleeps for the drills, and adds up the time in which at least one of them slept.

    Drills of a batch wait side by side: what is added is the union of their waits, in seconds.
    """

    def __init__(self, sleep: Callable[[float], None], now: Callable[[], float]) -> None:
        """Nobody sleeps yet."""
        self._sleep = sleep
        self._now = now
        self._lock = threading.Lock()
        self._sleepers = 0
        self._since = 0.0
        self.total = 0.0

    def __call__(self, seconds: float) -> None:
        """Sleep, counted once however many sleep meanwhile."""
        with self._lock:
            if self._sleepers == 0:
                self._since = self._now()
            self._sleepers += 1
        try:
            self._sleep(seconds)
        finally:
            with self._lock:
                self._sleepers -= 1
                if self._sleepers == 0:
                    self.total += self._now() - self._since
