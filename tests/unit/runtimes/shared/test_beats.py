"""A replica is stopped and goes on by turns, and goes on for good when the beat has ended."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from seatrial.contract.action import Stutter
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.beats import Beats

ACTION = Stutter(workload="api", still=0.001, awake=0.001)
WAIT = 10.0


def _noted(into: list[str], word: str, enough: threading.Event) -> Callable[[], None]:
    def note() -> None:
        into.append(word)
        if len(into) >= 6:
            enough.set()

    return note


def test_it_stops_and_goes_on_by_turns_until_its_end() -> None:
    seen: list[str] = []
    enough, beats = threading.Event(), Beats()
    stop, go = _noted(seen, "stop", enough), _noted(seen, "go", enough)
    beats.begin(("api", 0), ACTION, stop=stop, go=go)
    assert enough.wait(WAIT)
    beats.end(("api", 0))
    told = tuple(seen)
    assert told == ("stop", "go") * (len(told) // 2)
    beats.end(("api", 0))  # nothing is left to end
    assert tuple(seen) == told


def test_one_replica_has_one_beat() -> None:
    first: list[str] = []
    second: list[str] = []
    begun, enough, beats = threading.Event(), threading.Event(), Beats()
    note = _noted(first, "first", begun)
    beats.begin(("api", 0), ACTION, stop=note, go=note)
    assert begun.wait(WAIT)
    note = _noted(second, "second", enough)
    beats.begin(("api", 0), ACTION, stop=note, go=note)
    told = len(first)
    assert enough.wait(WAIT)
    assert len(first) == told
    beats.end(("api", 0))


def test_a_replica_that_is_gone_ends_its_beat() -> None:
    beats, asked = Beats(), threading.Event()

    def gone() -> None:
        asked.set()
        raise RuntimeFailure("there is no such replica")

    beats.begin(("api", 0), ACTION, stop=gone, go=lambda: pytest.fail("it never stopped"))
    assert asked.wait(WAIT)
    beats.end(("api", 0))
