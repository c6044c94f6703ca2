"""When a store is moved by itself, and each reason why it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from mover_samples import COPY, LEADS, PLAN, view

from seatrial.daemons.mover.decide import Memory, Verdict, looked, owed, verdict
from seatrial.daemons.mover.quorum import Config, View

HEARD = Memory(told=((0.0, 500), (10.0, 1000)))


def decided(seen: View | None, position: int | None = 1000, **more: Any) -> Verdict:
    memory = replace(HEARD, gone=100.0 if seen is not None and not seen.held else None)
    return verdict(replace(PLAN, **more), memory, seen, position, 115.0)


def test_while_home_has_its_lease_nothing_is_moved() -> None:
    told = decided(view())
    assert (told.moves, told.ready, told.reason) == (False, True, "eu has its lease")


def test_it_is_moved_once_nobody_has_had_it_for_that_long() -> None:
    assert decided(view(held=False)).moves
    assert decided(view(held=False)).reason == "for 15 s nobody in eu has had its lease"
    early = decided(view(held=False), after=15.1)
    assert (early.moves, early.ready) == (False, True)  # another member at home may take over


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (None, "no majority"),
        (view(held=False, home=None), "has not begun in both"),
        (view(held=False, other=None), "has not begun in both"),
        (view(held=False, home=Config(settings=COPY, revision=7)), "eu is a copy: people"),
        (view(held=False, home=Config(settings=COPY, revision=7), moved=True), "by itself"),
        (view(held=False, other=Config(settings=LEADS, revision=9)), "us is no copy of eu"),
        (
            view(held=False, home=Config(settings=LEADS | {"pause": True}, revision=7)),
            "without its lease",
        ),
        (
            view(held=False, home=Config(settings=LEADS | {"failsafe_mode": True}, revision=7)),
            "without its lease",
        ),
        (view(held=False, headed=False), "has no head"),
    ],
)
def test_what_makes_it_impossible_is_told_and_nothing_is_moved(
    seen: View | None, reason: str
) -> None:
    told = decided(seen)
    assert (told.moves, told.ready) == (False, False)
    assert reason in told.reason


@pytest.mark.parametrize(
    ("position", "rpo", "moves"),
    [
        # a lease is taken from it: so long home may have acknowledged what nobody heard of
        (1000, PLAN.lease + 5.0, True),
        (999, PLAN.lease + 5.0, False),  # 5 s before its last word home was there already
        (500, PLAN.lease + 10.0, True),  # then it was at 500 still
        (499, PLAN.lease + 10.0, False),
        (None, PLAN.lease + 5.0, False),  # nobody says how far the copy is
        (None, None, False),
        (0, None, True),  # nobody asks
    ],
)
def test_a_copy_that_is_behind_by_more_than_may_be_lost_stays_one(
    position: int | None, rpo: float | None, *, moves: bool
) -> None:
    memory = Memory(gone=0.0, told=((0.0, 500), (5.0, 1000), (10.0, 1001)))
    found = verdict(replace(PLAN, rpo=rpo), memory, view(held=False), position, 100.0)
    assert found.moves is moves


def test_who_has_never_heard_home_does_not_know_what_would_be_lost() -> None:
    memory = Memory(gone=0.0)
    found = verdict(PLAN, memory, view(held=False, told=None), 10**9, 100.0)
    assert (found.moves, "nobody has heard" in found.reason) == (False, True)
    assert owed(memory, 20.0) is None


def test_a_blind_moment_begins_the_waiting_anew() -> None:
    gone = looked(Memory(), view(held=False), 10.0)
    assert looked(gone, view(held=False), 20.0).gone == 10.0
    blind = looked(gone, None, 21.0)
    assert blind.gone is None
    assert blind.told == gone.told
    assert looked(blind, view(held=False), 22.0).gone == 22.0
    assert looked(gone, view(), 22.0).gone is None


def test_what_home_says_twice_is_heard_once_and_not_for_ever() -> None:
    memory = Memory()
    for each in range(2000):
        memory = looked(memory, view(told=each // 2), float(each))
    assert memory.told[-1] == (1998.0, 999)
    assert memory.told[0][1] == 400
