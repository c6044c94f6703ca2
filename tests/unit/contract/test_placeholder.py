from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.contract.placeholder import PATTERN, resolve, written

KNOWN = {"database.host": "127.9.0.1", "self.ports.http": "8000", "empty": ""}


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("", ""),
        ("nothing", "nothing"),
        ("${database.host}", "127.9.0.1"),
        ("http://${database.host}:${self.ports.http}/x", "http://127.9.0.1:8000/x"),
        ("[${empty}]", "[]"),  # an empty value is a value
        ("${secret.pager}", "${secret.pager}"),  # unknown: left for the runtime
        ("${secret.pager}@${database.host}", "${secret.pager}@127.9.0.1"),
        ("$${database.host}", "$127.9.0.1"),
        # What a shell or nginx would read is none of ours.
        ("$host", "$host"),
        ("${}", "${}"),
        ("${1}", "${1}"),
        ("${database.host", "${database.host"),
        ("${ database.host }", "${ database.host }"),
        ("${VALUE:-default}", "${VALUE:-default}"),
    ],
)
def test_known_names_are_replaced_and_all_else_is_left(text: str, resolved: str) -> None:
    assert resolve(text, KNOWN.get) == resolved


def test_a_value_is_not_searched_for_further_placeholders() -> None:
    values = {"a": "${b}", "b": "secret"}
    assert resolve("${a}", values.get) == "${b}"


def test_a_value_is_taken_as_it_is_also_where_a_pattern_would_read_it() -> None:
    assert resolve("${a}", {"a": r"\g<0>\1\\n"}.get) == r"\g<0>\1\\n"


def test_names_are_asked_for_in_their_order() -> None:
    asked: list[str] = []
    resolve("${b} ${a.c-d} ${b}", asked.append)
    assert asked == ["b", "a.c-d", "b"]


@given(st.text(alphabet="${}ab.:- \\\n"))
def test_what_nobody_knows_changes_nothing(text: str) -> None:
    assert resolve(text, lambda _: None) == text


@given(st.text(alphabet="${}ab.:- \\\n"))
def test_a_text_without_placeholders_left_stays_as_it_is(text: str) -> None:
    once = resolve(text, lambda _: "x")
    if not PATTERN.search(once):
        assert resolve(once, lambda _: "y") == once


def test_a_value_in_a_file_of_json_keeps_its_quotes_apart() -> None:
    sign = 'a"b\\c'
    assert json.loads(f'"{written("keys/one.json", sign)}"') == sign
    assert written("keys/one.conf", sign) == sign
