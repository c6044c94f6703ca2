import threading

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.waves import in_order, waves


def test_each_begins_as_soon_as_all_before_it_are_there() -> None:
    after = {"web": ("api",), "api": ("db", "cache"), "db": (), "cache": (), "odd": ("absent",)}
    assert waves(after) == (("db", "cache", "odd"), ("api",), ("web",))


def test_a_circle_is_named() -> None:
    with pytest.raises(RuntimeFailure, match="wait for each other: a, b"):
        waves({"a": ("b",), "b": ("a",), "c": ()})


def test_a_failure_ends_the_start_and_later_waves_do_not_begin() -> None:
    begun: list[str] = []

    def one(name: str) -> None:
        begun.append(name)
        if name == "db":
            raise RuntimeFailure("no")

    with pytest.raises(RuntimeFailure, match="no"):
        in_order({"db": (), "api": ("db",)}, one, threading.Event())
    assert begun == ["db"]


def test_an_interrupt_tells_those_that_wait_and_begins_nothing_more() -> None:
    begun: list[str] = []
    waits, leave = threading.Event(), threading.Event()

    def one(name: str) -> None:
        begun.append(name)
        if name == "db":
            assert waits.wait(60)
            raise KeyboardInterrupt  # as Ctrl-C does in who waits for it
        waits.set()
        assert leave.wait(60)

    with pytest.raises(KeyboardInterrupt):
        in_order({"db": (), "cache": (), "api": ("db",)}, one, leave)
    assert sorted(begun) == ["cache", "db"]
