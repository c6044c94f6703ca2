"""Where there is no terminal nobody is asked, and nothing is done."""

from __future__ import annotations

import io

import click
import pytest

from seatrial.cli.asked import agreed, confirmed, typed


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_the_option_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))  # what is piped in is meant for others
    with pytest.raises(click.UsageError, match=r"Move db to us\? There is no terminal .* --yes"):
        agreed("Move db to us?")
    with pytest.raises(click.UsageError, match=r"Write 2 cures\? There is no .* --yes"):
        confirmed("Write 2 cures?")
    with pytest.raises(click.UsageError, match=r"Type db to do it\. There .* --confirm db"):
        typed("db")


def test_who_does_not_agree_breaks_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    with pytest.raises(click.Abort):
        agreed("Move db to us?")
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    agreed("Move db to us?")


def test_where_a_no_ends_nothing_it_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\ny\n"))
    assert not confirmed("Write 2 cures?")
    assert confirmed("Write 2 cures?")
