"""Whose a process is, shown on real ones that have lost or overwritten their environment."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from seatrial.runtimes.local import processes
from seatrial.runtimes.local.belonging import belonging
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.placement import uid_of

_WAIT = "import sys; print('here', flush=True); sys.stdin.read()"
_LISTEN = "import socket; kept = socket.create_server((sys.argv[1], 0));"
_SUBNET = 15  # below those that systems are given
# one after the other: all of them listen in the same subnet
pytestmark = pytest.mark.xdist_group("belonging")
_AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has uids to give away")

Start = Callable[..., int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process without an environment; its pid once it is at work."""
    begun: list[subprocess.Popen[bytes]] = []

    def one(script: str = _WAIT, *arguments: str, **options: Any) -> int:
        program = options.pop("program", sys.executable)
        process = subprocess.Popen(
            [program, "-I", "-c", script, *arguments],
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


@pytest.fixture
def used(home: Home) -> Home:
    home.write("subnet.json", _SUBNET)
    home.replica("api", 0).mkdir(parents=True)
    return home


def found(home: Home) -> set[int]:
    return {each.pid for each in belonging(home)}


def test_a_process_is_found_by_its_environment(used: Home, start: Start) -> None:
    pid = start(env={"SEATRIAL_HOME_OF": str(used.path)})
    assert found(used) == {pid}


def test_a_process_is_found_by_its_folder(used: Home, start: Start, tmp_path: Path) -> None:
    inside = start(cwd=used.replica("api", 0))
    start(cwd=tmp_path)
    start(cwd="/")
    (used.path.parent / (used.path.name + "0")).mkdir()
    start(cwd=used.path.parent / (used.path.name + "0"))
    assert found(used) == {inside}
    link = tmp_path / "link"
    link.symlink_to(used.path.parent)
    assert found(Home(link / used.path.name)) == {inside}


def test_a_process_is_found_by_the_socket_that_it_listens_on(used: Home, start: Start) -> None:
    script = f"import sys; {_LISTEN} {_WAIT}"
    listens = start(script, f"127.{_SUBNET}.3.4")
    start(script, f"127.{_SUBNET - 1}.3.4")
    start(script, "0.0.0.0")
    assert found(used) == {listens}


def test_a_master_and_its_workers_share_a_socket_and_all_are_found(
    used: Home, start: Start
) -> None:
    # the worker lives until its master's input ends
    script = f"import os, sys; {_LISTEN} os.fork() or (sys.stdin.read(), os._exit(0)); {_WAIT}"
    master = start(script, f"127.{_SUBNET}.3.4")
    (worker,) = psutil.Process(master).children()
    assert found(used) == {master, worker.pid}


@_AS_ROOT
def test_a_process_is_found_by_the_uid_of_a_replica(used: Home, start: Start) -> None:
    uid, other = uid_of(f"127.{_SUBNET}.254.254"), uid_of(f"127.{_SUBNET + 1}.0.1")
    script = f"import os, sys; os.setuid(int(sys.argv[1])); {_WAIT}"
    pid = start(script, str(uid), cwd="/")
    start(script, str(other), cwd="/")
    assert found(used) == {pid}


def test_a_process_of_another_home_is_never_taken(used: Home, start: Start) -> None:
    other = {"SEATRIAL_HOME_OF": str(used.path) + "0"}
    start(cwd=used.path, env=other)
    start(f"import sys; {_LISTEN} {_WAIT}", f"127.{_SUBNET}.3.5", env=other)
    assert found(used) == set()


def test_somebody_who_looks_around_from_a_terminal_is_left_alone(used: Home, start: Start) -> None:
    leader, follower = pty.openpty()
    try:
        script = (
            "import fcntl, sys, termios; fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0);"
            + _WAIT
        )
        pid = start(script, str(follower), cwd=used.path, pass_fds=[follower])
        other = start(cwd=used.path)
        assert found(used) == {other}
        assert psutil.pid_exists(pid)
    finally:
        os.close(follower)
        os.close(leader)


def test_who_asks_is_never_taken_nor_who_started_it(
    used: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(used.path)
    script = (
        "import os, subprocess, sys; from pathlib import Path\n"
        "if len(sys.argv) > 2:\n"
        "    subprocess.run([sys.executable, '-c', sys.argv[2], sys.argv[1]], check=True)\n"
        "else:\n"
        "    from seatrial.runtimes.local.belonging import belonging\n"
        "    from seatrial.runtimes.local.home import Home\n"
        "    print([each.pid for each in belonging(Home(Path(sys.argv[1])))])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(used.path), script],
        env={**os.environ, "SEATRIAL_HOME_OF": str(used.path)},
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_all_of_them_are_ended(used: Home, start: Start) -> None:
    pids = [start(cwd=used.path), start(env={"SEATRIAL_HOME_OF": str(used.path)})]
    assert processes.end_all(used, 5.0) == []
    for pid in pids:
        assert not psutil.pid_exists(pid) or (psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_home_that_was_never_used_has_no_processes(home: Home) -> None:
    assert belonging(home) == []
