"""Commands as faults: run, taken back, and told of when they fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seatrial.contract.action import Answering, Execute
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.shared import commands

_MAKE = Execute(workload="database", argv=("make", "role"), undo=("drop", "role"))


def test_a_command_is_run_and_its_undo_after_it() -> None:
    ran: list[tuple[str | int, ...]] = []

    def run(workload: str, replica: int, argv: tuple[str, ...]) -> Executed:
        ran.append((workload, replica, *argv))
        return Executed(status=0, stdout="", stderr="")

    family = commands.family(run)
    planned = family.plan(_MAKE)
    assert ran == []
    family.act(_MAKE, planned)
    family.undo(planned)
    assert ran == [("database", 0, "make", "role"), ("database", 0, "drop", "role")]
    ran.clear()
    second = replace(_MAKE, replica=1)
    family.act(second, family.plan(second))
    family.undo(family.plan(second))
    assert ran == [("database", 1, "make", "role"), ("database", 1, "drop", "role")]


def test_a_replica_that_nobody_has_found_is_not_guessed() -> None:
    def run(_workload: str, _replica: int, _argv: tuple[str, ...]) -> Executed:
        raise AssertionError("nothing is to be run")

    primary = replace(_MAKE, replica=Answering(port="rest", path="/primary"))
    with pytest.raises(RuntimeFailure, match="which replica of database"):
        commands.family(run).plan(primary)


def test_without_an_undo_nothing_is_run_again() -> None:
    def run(_workload: str, _replica: int, _argv: tuple[str, ...]) -> Executed:
        raise AssertionError("nothing is to be run")

    family = commands.family(run)
    family.undo(family.plan(Execute(workload="database", argv=("look",))))


def test_a_command_that_fails_says_why() -> None:
    def run(_workload: str, _replica: int, _argv: tuple[str, ...]) -> Executed:
        return Executed(status=2, stdout="", stderr="psql: no such role\n")

    family = commands.family(run)
    with pytest.raises(RuntimeFailure, match="make of database ended with 2") as caught:
        family.act(_MAKE, family.plan(_MAKE))
    assert caught.value.logs == ("psql: no such role",)
