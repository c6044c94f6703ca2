"""One value, one sequence of bytes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.evidence.canonical import canonical, finite, parsed
from seatrial.evidence.failure import EvidenceFailure

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_back_and_written_the_same(value: object) -> None:
    text = canonical(value)
    assert text.isascii()
    assert canonical(parsed(text, "it")) == text
    assert parsed(text, "it") == value


def test_the_order_of_keys_is_no_difference() -> None:
    assert canonical({"b": 1, "a": [True, None, "\u00e9"]}) == b'{"a":[true,null,"\\u00e9"],"b":1}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_a_lone_surrogate_of_a_hostile_log_line_survives() -> None:
    assert parsed(canonical("\ud800"), "it") == "\ud800"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_have_are_words_or_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)
    written = finite({"a": (value, 1.0)})
    assert written == {"a": [str(value), 1.0]}
    assert repr(float(written["a"][0])) == repr(value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a":1,"a":2}',
        b"NaN",
        b"[Infinity]",
        b"\xff\xfe",
        b'{"a":{"b":1,"b":1}}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_one_json_value_is_refused_by_name(text: bytes) -> None:
    with pytest.raises(EvidenceFailure) as caught:
        parsed(text, "the envelope")
    assert caught.value.summary.startswith("the envelope is not readable JSON")
    assert caught.value.cure
