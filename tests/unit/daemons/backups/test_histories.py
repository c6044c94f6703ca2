"""The histories of a server: named by their beginning, each ended by the next one's."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.daemons.backups.histories import Histories

HISTORIES = Histories(first="main", mark="mark")
ONE, TWO = "main-20261127T231500Z", "main-20261128T000000Z"
AT_ONE, AT_TWO = 1_795_821_300.0, 1_795_824_000.0


def test_a_server_is_of_the_first_until_its_data_say_otherwise(tmp_path: Path) -> None:
    assert HISTORIES.of(tmp_path) == "main"
    (tmp_path / "mark").write_text(f"{ONE}\n")
    assert HISTORIES.of(tmp_path) == ONE


def test_a_name_says_when_it_began() -> None:
    assert HISTORIES.began("main") == 0.0
    assert (HISTORIES.began(ONE), HISTORIES.began(TWO)) == (AT_ONE, AT_TWO)
    assert HISTORIES.next(AT_ONE + 0.9, ["main"]) == ONE
    for other in ("other", "main-yesterday", "main-"):
        with pytest.raises(ValueError, match=r"time data|does not match"):
            HISTORIES.began(other)


def test_two_never_begin_in_one_second_nor_before_one_that_is_known() -> None:
    assert HISTORIES.next(AT_ONE, ["main", ONE]) == "main-20261127T231501Z"
    assert HISTORIES.next(AT_ONE, ["main", TWO]) == "main-20261128T000001Z"


def test_each_ends_with_the_next_ones_beginning() -> None:
    assert HISTORIES.ends({TWO, "main", ONE}, TWO) == {"main": AT_ONE, ONE: AT_TWO, TWO: None}


def test_what_ended_long_ago_is_outdated_and_a_servers_own_never() -> None:
    every = {TWO, "main", ONE}
    assert HISTORIES.outdated(every, TWO, AT_ONE) == ()
    assert HISTORIES.outdated(every, TWO, AT_ONE + 1) == ("main",)
    assert HISTORIES.outdated(every, TWO, AT_TWO + 1e9) == ("main", ONE)
    # data that were put back by hand: what they go on with is not deleted for being old
    assert HISTORIES.outdated(every, "main", AT_TWO + 1e9) == (ONE,)
    assert HISTORIES.ends(every, "main")["main"] is None
    assert HISTORIES.later(every, ONE) == (TWO,)
    assert HISTORIES.later(every, TWO) == ()
