"""`seatrial boards` as a user starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Run

REFERENCE = Path(__file__).parents[2] / "examples/workflow-platform"
SEATRIAL = Path(sys.executable).with_name("seatrial")
FILE = str(REFERENCE / "seatrial.yaml")


def test_the_boards_are_listed(run: Run) -> None:
    ended = run("boards", "--list", "-f", FILE)
    assert ended.code == 0, ended.err
    assert "workflow-platform-overview" in ended.out
    assert "workflow-platform-service-api" in ended.out


def test_without_a_file_it_says_what_to_do(run: Run) -> None:
    ended = run("boards", "--list")
    assert ended.code == 2
    assert "ST1001" in ended.err


def test_a_port_that_is_taken_is_told_with_the_cure(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("boards", "-f", FILE, "--port", str(taken.getsockname()[1]))
    assert ended.code == 3
    assert "cannot be listened on" in ended.err
    assert "--port" in ended.err
    assert "Traceback" not in ended.err


def test_it_serves_until_it_is_interrupted_and_says_what_is_not_there(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [SEATRIAL, "boards", "-f", FILE, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}d/workflow-platform-overview") as answer:  # noqa: S310 - our own
            text = answer.read().decode()
        assert "<h1>Overview</h1>" in text
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode in {0, 130}
