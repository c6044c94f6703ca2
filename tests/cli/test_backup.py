"""backup and restore as a user types them: what is refused, and with which cure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

STORES = """\
stores:
  orders: {engine: postgres, version: "15", owner: web, backup: {}}
  basket: {engine: postgres, version: "15", owner: web}
"""


@pytest.fixture(autouse=True)
def stores(shop: Path) -> Path:
    """The file of a shop with one store that is backed up, and one that is not."""
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace("promises: [R01, R03]\n", STORES), encoding="utf-8")
    return shop


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "2026-03-01 10:00:00"), "has no zone; write 2026-03-01 10:00:00Z"),
        (("--to", "2026-03-29 02:30:00 Europe/Berlin"), "clocks were set forward"),
        (("--to", "2026-10-25 02:30:00 Europe/Berlin"), "came twice"),
        (("--to", "soon"), "soon is no moment"),
        (("--to", "2999-01-01 00:00:00Z"), "is in the future"),
        ((), "write --to with the moment"),
        (("--take", "yesterday", "--remove", "yesterday"), "with a copy's name, or --leave: one"),
        (("--take", "yesterday", "--into", "today"), "--into names what --to restores"),
    ],
)
def test_a_moment_that_is_none_is_refused(run: Run, words: tuple[str, ...], told: str) -> None:
    done = run("restore", "orders", *words)
    assert (done.code, done.out) == (2, "")
    assert told in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("order", "no store is called order; did you mean"),
        ("basket", "basket has no backup; there are backups of orders; write stores.basket.backup"),
    ],
)
@pytest.mark.parametrize("command", [("backup", "now"), ("restore", "--to", "2026-03-01 10:00Z")])
def test_a_store_without_backups_is_refused(
    run: Run, command: tuple[str, ...], store: str, told: str
) -> None:
    done = run(*command, store)
    assert (done.code, done.out) == (2, "")
    assert told in " ".join(done.err.split())


def test_what_is_not_promised_says_so(run: Run, stores: Path) -> None:
    text = stores.read_text(encoding="utf-8")
    stores.write_text(f"{text}promises: [R01]\n", encoding="utf-8")
    done = run("backup", "now", "orders")
    assert done.code == 2
    assert "R20 is not promised; add R20 to promises" in " ".join(done.err.split())


def test_where_nothing_runs_that_is_said(run: Run) -> None:
    done = run("backup")
    assert done.code == 3
    assert "nothing of this system runs here" in done.err
    assert "seatrial up" in done.err


@pytest.mark.parametrize("words", [("now", "orders"), ("system",)])
def test_the_file_may_stand_behind_the_last_word(run: Run, words: tuple[str, ...]) -> None:
    named = ("-f", "other/seatrial.yaml")
    behind, before = run("backup", *words, *named), run("backup", *named, *words)
    assert behind == before
    assert "other/seatrial.yaml:1:1 error ST1001" in behind.err
