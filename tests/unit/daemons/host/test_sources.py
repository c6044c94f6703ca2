"""A file is read on over its rotation and over the daemon's own lives, each line once."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.daemons.host import state as states
from seatrial.daemons.host.sources import File
from seatrial.daemons.host.state import State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "syslog"
    path.write_text("before\n")
    return path


def said(source: File) -> list[str]:
    return [each.said for each in source.entries()]


def add(path: Path, text: str) -> None:
    with path.open("a") as log:
        log.write(text)


def test_only_whole_lines_are_given_and_none_of_before(file: Path) -> None:
    source = File(State(), file)
    assert said(source) == []
    add(file, "one\ntw")
    assert said(source) == ["one"]
    add(file, "o\n")
    assert said(source) == ["two"]


def test_what_was_written_before_it_was_rotated_comes_first(file: Path) -> None:
    source = File(State(), file)
    add(file, "last\n")
    file.rename(file.with_name("syslog.1"))
    assert said(source) == []  # between two names
    file.write_text("first\n")
    assert said(source) == ["last", "first"]
    assert said(source) == []


def test_a_file_that_is_emptied_in_its_place_is_read_from_its_start(file: Path) -> None:
    source = File(State(), file)
    add(file, "a longer line\n")
    assert said(source) == ["a longer line"]
    file.write_text("new\n")
    assert said(source) == ["new"]


def test_another_life_goes_on_where_the_last_one_ended(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "read.json"
    state = states.read(kept)
    source = File(state, file)
    add(file, "one\n")
    assert said(source) == ["one"]
    states.write(kept, state)
    add(file, "two\n")
    assert said(File(states.read(kept), file)) == ["two"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"other": 1}'])
def test_a_state_that_cannot_be_read_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "read.json").write_text(text)
    assert states.read(tmp_path / "read.json") == State()
