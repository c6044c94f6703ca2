"""Restarts and kills for want of memory, look after look."""

from __future__ import annotations

from seatrial.daemons.containers.ledger import Life, Seen, step

Look = tuple[dict[str, Life | None], int]


def after(*looks: Look, lasting: bool = False) -> dict[str, Seen]:
    seen: dict[str, Seen] = {}
    for now, rise in looks:
        seen = step(seen, now, rise, lasting=lasting)
    return seen


def told(seen: dict[str, Seen], name: str = "a") -> tuple[int, int]:
    return seen[name].restarts, seen[name].kills


A, B = Life(began=1.0, kills=0), Life(began=2.0, kills=0)


def test_what_goes_on_has_neither() -> None:
    assert told(after(({"a": A}, 0), ({"a": A}, 0))) == (0, 0)


def test_a_restart_is_counted_once_however_long_it_was_away() -> None:
    assert told(after(({"a": A}, 0), ({"a": B}, 0), ({"a": B}, 0))) == (1, 0)
    assert told(after(({"a": A}, 0), ({"a": None}, 0), ({"a": None}, 0), ({"a": B}, 0))) == (1, 0)


def test_a_first_start_is_no_restart() -> None:
    assert told(after(({"a": None}, 0), ({"a": A}, 0))) == (0, 0)


def test_a_kill_beside_the_first_process_is_told_by_its_group() -> None:
    grown = Life(began=1.0, kills=2)
    assert told(after(({"a": A, "b": B}, 0), ({"a": grown, "b": None}, 2))) == (0, 2)


def test_who_ends_while_the_machine_kills_was_killed() -> None:
    assert told(after(({"a": A}, 0), ({"a": B}, 1))) == (1, 1)
    assert told(after(({"a": A}, 0), ({"a": None}, 1), ({"a": B}, 0))) == (1, 1)


def test_who_ends_while_another_is_killed_was_not() -> None:
    seen = after(({"a": A, "b": B}, 0), ({"a": None, "b": Life(began=2.0, kills=1)}, 1))
    assert (told(seen), told(seen, "b")) == ((0, 0), (0, 1))


def test_who_ends_by_itself_was_not_killed() -> None:
    assert told(after(({"a": A}, 3), ({"a": None}, 0), ({"a": B}, 1))) == (1, 0)


def test_what_a_new_group_counts_is_new() -> None:
    assert told(after(({"a": Life(began=1.0, kills=4)}, 0), ({"a": B}, 0))) == (1, 4)
    again = Life(began=2.0, kills=1)
    assert told(after(({"a": A}, 0), ({"a": again}, 1), ({"a": again}, 0))) == (1, 2)


def test_a_group_that_lasts_counts_over_restarts_and_needs_no_guess() -> None:
    killed = Life(began=2.0, kills=1)
    assert told(after(({"a": A}, 0), ({"a": None}, 1), ({"a": killed}, 0), lasting=True)) == (1, 1)


def test_a_group_that_does_not_tell_counts_nothing() -> None:
    silent = Life(began=1.0)
    assert told(after(({"a": silent}, 0), ({"a": silent}, 5))) == (0, 0)
