"""Who is of a replica: its process, what that started, and what has left it and stands there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from seatrial.runtimes.local import processes
from seatrial.runtimes.local.home import Home

# Starts a server that lives on by itself, as who keeps one does, and says its number.
_KEEPER = """
import subprocess, sys, time
server = subprocess.Popen(
    ["sh", "-c", "sleep 300 & wait"],
    start_new_session=True, cwd=sys.argv[1], stdout=subprocess.DEVNULL,
)
print(server.pid, flush=True)
"""


@pytest.fixture
def left(tmp_path: Path) -> Iterator[tuple[Home, psutil.Process]]:
    """A home, and a process that stands in a replica's folder after its parent has ended."""
    home = Home(path=tmp_path)
    folder = home.replica("members", 1)
    folder.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", _KEEPER, folder], check=True, stdout=subprocess.PIPE, timeout=30
    )
    process = psutil.Process(int(done.stdout))
    deadline = time.monotonic() + 10
    while not process.children() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield home, process
    processes.kill(lambda: processes.tree(process.pid))


def test_who_left_its_parent_is_found_where_it_stands(left: tuple[Home, psutil.Process]) -> None:
    home, process = left
    assert process.ppid() != psutil.Process().pid
    apart = processes.apart(home)
    found = apart[home.replica("members", 1)]
    assert {process, *process.children()} <= {*found}
    assert home.replica("members", 0) not in apart


def test_who_was_started_there_is_found_wherever_it_stands(tmp_path: Path) -> None:
    home = Home(path=tmp_path)
    folder = home.replica("members", 1)
    for own, there in ((folder, True), (tmp_path, False)):
        done = subprocess.run(
            [sys.executable, "-c", _KEEPER, "/"],
            env={"HOME": str(own), "PATH": "/usr/bin:/bin"},
            check=True,
            stdout=subprocess.PIPE,
            timeout=30,
        )
        process = psutil.Process(int(done.stdout))
        found = processes.apart(home).get(folder, ())
        processes.kill(partial(processes.tree, process.pid))
        assert (process in found) is there


def test_one_that_is_killed_takes_it_along(left: tuple[Home, psutil.Process]) -> None:
    home, process = left
    keeper = subprocess.Popen(["sleep", "300"])
    others = process.children()
    assert others
    folder = home.replica("members", 1)
    processes.kill(lambda: processes.tree(keeper.pid, processes.apart(home).get(folder, ())))
    assert not psutil.pid_exists(keeper.pid)
    keeper.wait(10)
    gone, alive = psutil.wait_procs([process, *others], timeout=10)
    assert (len(gone), alive) == (2, [])
