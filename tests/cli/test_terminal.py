"""On a terminal: colour, unless NO_COLOR says otherwise; questions; the next command."""

from __future__ import annotations

import re
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
