"""What steers a terminal is not shown, and all else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seatrial.system.printable import printable


def test_what_is_written_stays() -> None:
    for text in ("", "plain", "Ä ß 日本 é ✓", "a  b"):
        assert printable(text) == text


def test_what_steers_is_replaced_sign_by_sign() -> None:
    assert printable("\x1b[2J\x1b]0;x\x07") == "\ufffd[2J\ufffd]0;x\ufffd"
    assert printable("\x9b31m") == "\ufffd31m"  # the same, in one sign
    assert printable("a\u202eb") == "a\ufffdb"  # turns round what is read
    assert printable("a\r\n\tb", keep="\n\t") == "a\ufffd\n\tb"


@given(st.text())
def test_nothing_that_cannot_be_seen_is_left(text: str) -> None:
    found = printable(text, keep="\n")
    assert all(each.isprintable() or each == "\n" for each in found)
    assert len(found) == len(text)
