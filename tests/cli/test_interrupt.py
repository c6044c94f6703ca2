"""Ctrl-C ends with 130, and what was begun is undone."""

from __future__ import annotations

import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from seatrial.app.environment import open_runtime
from seatrial.contract.action import AlterFile, Pause

if TYPE_CHECKING:
    from conftest import Begin, Run


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter: replicas have users of their own."""
    with tempfile.TemporaryDirectory(prefix="seatrial-cli-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def mute_proxy() -> Iterator[socket.socket]:
    """A proxy that takes a connection and never answers: a download that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(300)
        yield server


def test_during_an_installation(begin: Begin, folder: Path, mute_proxy: socket.socket) -> None:
    proxy = f"http://127.0.0.1:{mute_proxy.getsockname()[1]}"
    process = begin(
        "engines",
        "install",
        "alertmanager",
        SEATRIAL_CACHE=str(folder / "cache"),
        HTTPS_PROXY=proxy,
        https_proxy=proxy,
        PATH="/usr/bin:/bin",  # an alertmanager elsewhere on PATH would be taken
    )
    asked, _ = mute_proxy.accept()
    with asked:
        assert asked.recv(7) == b"CONNECT"
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert out == ""
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not (folder / "cache/engines/alertmanager").exists()


@pytest.fixture
def running(run: Run) -> Iterator[str]:
    """The first file of `seatrial init`, up; and gone again."""
    assert run("init", "--name", "interrupted").code == 0
    try:
        done = run("up")
        assert done.code == 0, done.err
        yield "web"
    finally:
        run("down", "--purge", "--yes")


@pytest.mark.engines
def test_during_a_drill_the_fault_is_undone(begin: Begin, run: Run, running: str) -> None:
    process = begin("prove", f"service-down-{running}")
    seen = _until(process.stderr, " inject ")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, seen + err
    assert out == ""
    assert "Traceback" not in err
    assert "interrupted" in err
    assert "nothing to undo" in run("undo").out
    phases = {each["workload"]: each["phase"] for each in run("status", "--json").json()}
    assert phases[running] == "ready"


_NEVER_READY = """\
  stuck:
    owner: platform
    run: sleep 600
    ports: {http: 8001}
    health: {ready: /}
"""


@pytest.mark.engines
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_says_what_it_leaves_running(
    begin: Begin, run: Run, folder: Path, number: signal.Signals
) -> None:
    assert run("init", "--name", "begun").code == 0
    file = folder / "seatrial.yaml"
    text = file.read_text()
    file.write_text(text.replace("services:\n", f"services:\n{_NEVER_READY}", 1))
    try:
        process = begin("up")
        seen = _until(process.stderr, "  ok ")
        process.send_signal(number)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 130, seen + err
        assert out == ""
        assert "Traceback" not in err
        assert "FAIL" not in err
        (told,) = (each for each in err.splitlines() if each.startswith("interrupted: "))
        running = {
            each["workload"] for each in run("status", "--json").json() if each["pid"] is not None
        }
        assert "stuck" in running
        assert set(told.rpartition(": ")[2].split(", ")) == running
        assert "`seatrial up` goes on from here; `seatrial down` stops and removes them" in err
        file.write_text(text)
        done = run("up")
        assert done.code == 0, done.err
        assert run("status").code == 0
    finally:
        run("down", "--purge", "--yes")


@pytest.mark.engines
def test_undo_says_what_was_undone_and_shows_no_file(run: Run, running: str, folder: Path) -> None:
    runtime = open_runtime(folder / "seatrial.yaml")
    (rules, *_) = (folder / ".seatrial/rendered/prometheus/rules").iterdir()
    altered = AlterFile(
        workload="prometheus", path=f"rules/{rules.name}", text="groups: []\n# hunter2\n"
    )
    runtime.inject(altered)
    runtime.inject(Pause(workload=running))
    done = run("undo")
    assert done.code == 0
    assert done.out.splitlines() == [
        f"Pause {running}: undone",
        f"AlterFile prometheus rules/{rules.name}: undone",
    ]


def _until(stream: IO[str] | None, word: str) -> str:
    assert stream is not None
    seen = ""
    for line in stream:
        seen += line
        if word in line:
            return seen
    raise AssertionError(f"{word!r} never came: {seen}")
