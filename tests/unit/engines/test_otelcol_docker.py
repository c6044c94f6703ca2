"""Entries of containers' files: where they end, and what is made of one."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.engines.otelcol import docker
from seatrial.engines.otelcol.entries import ENTRY

TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1\n    f()\nKeyError: 3\n'
CAUSED = (
    "\nThe above exception was the direct cause of the following exception:\n\n"
    'Traceback (most recent call last):\n  File "b.py", line 2\n    g()\nValueError: bad\n'
)
AT = "2026-01-01T00:00:00.123456789Z"
PIECE = 16384


def framed(text: str) -> str:
    """As Docker writes these lines."""
    found = []
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), PIECE):
            log = json.dumps(line[at : at + PIECE], ensure_ascii=False)
            found.append(f'{{"log":{log},"stream":"stdout","time":"{AT}"}}\n')
    return "".join(found)


def split(pattern: str, text: str) -> list[str]:
    found = []
    while text:
        match = re.match(pattern, text)
        assert match, text
        assert match.end() > 0, text
        found.append(match.group())
        text = text[match.end() :]
    return found


def texts(lines: str) -> list[str]:
    """The text of each entry, as the collector's statements make it."""
    found = split(docker.reading(()).entry, framed(lines))
    return [json.loads(re.sub(docker.SEAM, "", each))["log"] for each in found]


@pytest.mark.parametrize(
    "wanted",
    [
        ["one\n", "two\n"],
        ["\n", "\n"],
        ["ERROR: x\n\tDETAIL of it\n  more\n", "next\n"],
        [TRACEBACK, "next\n"],
        ["it failed\n" + TRACEBACK + CAUSED, "next\n"],
        ['{"a":1}\n', TRACEBACK, '{"b":2}\n'],
        [TRACEBACK + CAUSED, '{"b":2}\n'],
        ['"quoted"\n', "back\\slash\\n\n", "\\n\n"],
        ['{"a":"' + "x" * 40000 + '"}\n', "next\n"],
        ["y" * 50000 + "\n\tof it\n", "next\n"],
    ],
)
def test_an_entry_is_the_same_as_of_a_process(wanted: list[str]) -> None:
    assert split(ENTRY, "".join(wanted)) == wanted
    assert texts("".join(wanted)) == wanted


@given(st.lists(st.text(alphabet='aT{ \t+:E.\\n"', max_size=12)))
def test_entries_are_those_of_a_process_whatever_is_written(lines: list[str]) -> None:
    text = "".join(f"{each}\n" for each in lines)
    assert texts(text) == split(ENTRY, text)


def test_what_is_longer_than_four_pieces_goes_on_as_another_entry() -> None:
    found = texts("x" * (5 * PIECE) + "\nnext\n")
    assert [len(each) for each in found] == [4 * PIECE, PIECE + 1, 5]


def test_a_piece_waits_for_the_next() -> None:
    pieces = framed('{"a":"' + "x" * PIECE + '"}\n').splitlines(keepends=True)
    pattern = docker.reading(()).entry
    assert len(pieces) == 2
    assert re.match(pattern, pieces[0] + pieces[1][:40]) is None
    assert re.match(pattern, "".join(pieces))


def test_what_is_no_line_of_docker_holds_nothing_up() -> None:
    halves, whole = ('half of a line"}\n', '{"log":"half of a line\n'), framed("next\n")
    for half in halves:
        assert split(docker.reading(()).entry, half + whole) == [half, whole]
