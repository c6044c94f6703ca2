"""On a terminal: colour, unless NO_COLOR says otherwise; questions; the next command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Typed

COLOUR = re.compile(r"\x1b\[[\d;]*(3[0-7]|9[0-7])m")


def test_problems_are_coloured_on_a_terminal(typed: Typed) -> None:
    code, shown = typed("check")
    assert code == 2
    assert COLOUR.search(shown)


def test_no_color_is_obeyed_on_a_terminal(typed: Typed) -> None:
    code, shown = typed("check", NO_COLOR="1")
    assert code == 2
    assert "ST1001" in shown
    assert not COLOUR.search(shown)


@pytest.mark.usefixtures("shop")
def test_the_next_command_is_told_on_a_terminal_unless_quiet(typed: Typed) -> None:
    assert "seatrial plan" in typed("check")[1]
    assert "seatrial plan" not in typed("check", SEATRIAL_QUIET="1")[1]


def test_init_asks_for_the_name_on_a_terminal(typed: Typed, folder: Path) -> None:
    code, shown = typed("init", prompt="]: ", keys=b"harbour\n")
    assert code == 0, shown
    assert "system: harbour\n" in (folder / "seatrial.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("keys", [b"\x03", b"\x04"], ids=["ctrl-c", "ctrl-d"])
def test_a_question_that_is_not_answered_writes_nothing(
    typed: Typed, folder: Path, keys: bytes
) -> None:
    code, shown = typed("init", prompt="]: ", keys=keys)
    assert code == 130, shown
    assert "interrupted" in shown
    assert not (folder / "seatrial.yaml").exists()


WORK = """
import time
from seatrial.cli.steps import Steps
from seatrial.contract.runtime import Progress

with Steps() as steps:
    steps(Progress(subject="database", phase="start"))
    steps(Progress(subject="api", phase="start"))
    time.sleep({pace})
    steps(Progress(subject="database", phase="start", done=True, seconds=1.2, detail="is new"))
    time.sleep({pace})
    {end}
    steps(Progress(subject="api", phase="start", done=True, seconds=1.8))
steps.total("all of it")
"""
RUNNING = re.compile(r"[├└]── (\w+) +start +(\d+\.\d) s")


def shown_lines(shown: str) -> list[str]:
    return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown).replace("\r", "\n").split("\n")


def test_running_steps_are_shown_with_their_times(typed: Typed) -> None:
    code, shown = typed("-c", WORK.format(end="pass", pace=3), program=Path(sys.executable))
    assert code == 0, shown
    lines = shown_lines(shown)
    seen: dict[str, set[str]] = {}
    for line in lines:
        for name, seconds in RUNNING.findall(line):
            seen.setdefault(name, set()).add(seconds)
    assert set(seen) == {"database", "api"}
    assert all(len(times) > 1 for times in seen.values())  # they grow
    ended = [line for line in lines if line.startswith("  ok ")]
    assert [line.split()[1] for line in ended] == ["database", "api"]
    assert "1.2 s" in ended[0]
    after = lines[lines.index(ended[0]) + 1 :]
    assert not any("── database" in line for line in after)
    assert any("── api" in line for line in after)
    assert "\x1b[?25h" in shown  # the cursor is back


def test_the_tree_goes_when_the_work_fails(typed: Typed) -> None:
    code, shown = typed(
        "-c", WORK.format(end="raise SystemExit(3)", pace=1), program=Path(sys.executable)
    )
    assert code == 3
    assert shown.rindex("\x1b[?25h") > shown.rindex("── ")


def test_off_a_terminal_only_what_has_ended_is_shown(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORK.format(end="pass", pace=0)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["ok", "database"], ["ok", "api"]]
    assert len(lines) == 3
