"""Which bundles count, which are due, which go: decided from values, and from a folder."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.daemons.sealer.folder import Bundle, Folder, due, newest, outdated

DAY = 86_400.0
ONE = Bundle(label="a", made=1000.0, took=0.1, content="c1", sha256="s", size=10)


def test_the_newest_that_is_whole_decides() -> None:
    late = replace(ONE, label="b", made=2000.0)
    broken = replace(ONE, label="c", made=3000.0, damaged=True)
    assert newest((ONE, late, broken)) is late
    assert newest((broken,)) is None


@pytest.mark.parametrize(
    ("held", "content", "now", "why"),
    [
        ((), "c1", 1000.0, "there is none that is whole"),
        ((replace(ONE, damaged=True),), "c1", 1001.0, "there is none that is whole"),
        ((ONE,), "c2", 1001.0, "what is sealed has changed"),
        ((ONE,), "c1", 1000.0 + DAY, "the newest is too old"),
        ((ONE,), "c1", 999.0 + DAY, ""),
    ],
)
def test_what_is_due(held: tuple[Bundle, ...], content: str, now: float, why: str) -> None:
    assert due(held, content, DAY, now) == why


def test_what_was_sealed_before_and_is_again_is_due_again() -> None:
    other = replace(ONE, label="b", made=1500.0, content="c2")
    assert due((ONE, other), "c1", DAY, 1600.0)


def test_the_last_whole_one_outlives_every_age() -> None:
    broken = replace(ONE, label="b", made=2000.0, damaged=True)
    assert outdated((ONE, broken), DAY, 100 * DAY) == (broken,)
    later = replace(ONE, label="c", made=50 * DAY)
    assert outdated((ONE, later), DAY, 100 * DAY) == (ONE,)
    assert outdated((ONE, later), 200 * DAY, 100 * DAY) == ()


def test_what_is_kept_is_held_and_what_was_changed_is_damaged(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "repository")
    folder.tidy()
    first = folder.keep("c1", 1000.0, 0.1, b"sealed")
    second = folder.keep("c2", 1000.5, 0.1, b"sealed again")
    assert folder.held() == (first, second)
    folder.file(second.label).write_bytes(b"sealed agaim")
    assert [each.damaged for each in folder.held()] == [False, True]
    folder.remove(second)
    assert folder.held() == (first,)


def test_who_is_killed_in_the_middle_leaves_nothing_that_counts(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    whole = folder.keep("c1", 1000.0, 0.1, b"sealed")
    told = json.loads((tmp_path / f"{whole.label}.json").read_text())
    (tmp_path / "later.json").write_text(json.dumps({**told, "label": "later", "made": 2000.0}))
    (tmp_path / "later.age.part").write_bytes(b"sea")
    (tmp_path / "torn.json").write_text('{"label": "to')
    (tmp_path / "torn.age").write_bytes(b"sealed")
    assert folder.held() == (whole,)
    folder.tidy()
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == sorted([f"{whole.label}.age", f"{whole.label}.json", "torn.json", "torn.age"])
