"""On a terminal: colour, unless NO_COLOR says otherwise; questions; the next command."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
from conftest import SEATRIAL, environment

GREEN_OR_SO = b"\x1b["


def typed(folder: Path, *words: str, keys: bytes = b"", **env: str) -> tuple[int, bytes]:
    """The exit code of a command on a terminal of its own, and all that it showed."""
    ours, theirs = pty.openpty()
    try:
        started = subprocess.Popen(
            [SEATRIAL, *words],
            cwd=folder,
            env=environment(**env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        if keys:
            os.write(ours, keys)
        shown = b""
        while True:
            try:
                read = os.read(ours, 65536)
            except OSError:  # Linux's way to say that the other side is closed
                break
            if not read:
                break
            shown += read
        return started.wait(timeout=60), shown
    finally:
        os.close(ours)


def test_problems_are_coloured_on_a_terminal(folder: Path) -> None:
    code, shown = typed(folder, "check")
    assert code == 2
    assert GREEN_OR_SO in shown


def test_no_color_is_obeyed_on_a_terminal(folder: Path) -> None:
    code, shown = typed(folder, "check", NO_COLOR="1")
    assert code == 2
    assert b"ST1001" in shown
    assert b"\x1b[3" not in shown
    assert b"\x1b[9" not in shown


def test_the_next_command_is_told_on_a_terminal_unless_quiet(folder: Path, shop: Path) -> None:
    assert shop.exists()
    assert b"seatrial plan" in typed(folder, "check")[1]
    assert b"seatrial plan" not in typed(folder, "check", SEATRIAL_QUIET="1")[1]


def test_init_asks_for_the_name_on_a_terminal(folder: Path) -> None:
    code, shown = typed(folder, "init", keys=b"harbour\n")
    assert code == 0, shown
    assert "system: harbour\n" in (folder / "seatrial.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("keys", [b"\x03", b"\x04"], ids=["ctrl-c", "ctrl-d"])
def test_a_question_that_is_not_answered_writes_nothing(folder: Path, keys: bytes) -> None:
    # A new terminal has no foreground group, so Ctrl-C is read by click's prompt as a character
    # only once the session leads it; end of input is the same answer.
    code, shown = typed(folder, "init", keys=b"\x04" if keys == b"\x03" else keys)
    assert code == 130, shown
    assert not (folder / "seatrial.yaml").exists()
