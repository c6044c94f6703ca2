"""Commands on a page: written so that a shell reads them, and found again as they stand."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from seatrial.contract.page import commands, filled, written

_WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1), min_size=1
)


def test_commands_are_those_of_blocks_for_a_shell_in_their_order() -> None:
    page = "# a\n\n```sh\nseatrial up\n\nseatrial down\n```\n\nseatrial no\n\n```yaml\nx: 1\n```\n"
    assert commands(page + "```sh\nlast\n```\n") == ("seatrial up", "seatrial down", "last")


def test_a_page_without_a_block_has_none() -> None:
    assert commands("seatrial up\n") == ()


def test_a_blank_is_within_quotes_so_that_what_is_written_there_stays_one_word() -> None:
    line = written(
        ("seatrial", "restore", "${file}", "--to", "<MOMENT>"), {"${file}": "/a b/s.yaml"}
    )
    assert line == "seatrial restore '/a b/s.yaml' --to '<MOMENT>'"
    told = filled(line, {"<MOMENT>": "2026-11-23 10:15:30+01:00"})
    assert shlex.split(told)[-1] == "2026-11-23 10:15:30+01:00"


@given(_WORDS)
def test_any_words_come_back_from_a_page(words: list[str]) -> None:
    page = f"# x\n\n```sh\n{written(tuple(words), {})}\n```\n"
    (line,) = commands(page)
    assert shlex.split(line) == words
