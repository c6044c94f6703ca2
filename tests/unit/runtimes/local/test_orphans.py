"""Whose orphans they are, shown on real processes without an environment."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from seatrial.contract.placement import Location
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.orphans import Orphans, orphans
from seatrial.runtimes.local.supervisor import MANAGER

_WAIT = "import sys; print('here', flush=True); sys.stdin.read()"
Start = Callable[..., int]


@pytest.fixture
def start() -> Iterator[Start]:
    begun: list[subprocess.Popen[bytes]] = []

    def one(*words: str, **options: Any) -> int:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _WAIT, *words],
            **{"env": {}, "start_new_session": True, **options},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        begun.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        return process.pid

    yield one
    for each in begun:
        each.kill()
        each.communicate()


def test_orphans_are_told_by_replica_and_the_oldest_is_first(home: Home, start: Start) -> None:
    seats = [
        Location(workload="api", replica=each, region="eu", address=f"127.77.1.{each}", ports={})
        for each in (1, 2)
    ]
    folders = [home.replica("api", each) for each in (1, 2)]
    for each in folders:
        each.mkdir(parents=True)
    named = {"SEATRIAL_HOME_OF": str(home.path)}
    first = start(cwd=folders[0])
    start(cwd=folders[0])
    second = start(env={**named, "HOME": str(folders[1])})
    start(env=named)  # of no replica that is known
    found = orphans(home, seats)
    assert found.first == {("api", 1): first, ("api", 2): second}
    assert (found.count, found.manager) == (4, False)
    assert found.reason == "the process manager (supervisord) is gone"


def test_a_process_manager_that_lives_on_is_no_orphan(home: Home, start: Start) -> None:
    home.path.mkdir(parents=True)
    assert orphans(home) == Orphans()
    start(str(MANAGER), cwd=home.path)
    found = orphans(home)
    assert (found.count, found.manager) == (0, True)
    assert "does not answer" in found.reason
