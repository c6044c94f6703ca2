from hypothesis import example, given
from hypothesis import strategies as st

from seatrial_instrument.trace_context import TraceContext, extract, inject, parse, traceparent

HEX = "0123456789abcdef"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def ids(digits: int) -> st.SearchStrategy[str]:
    return st.text(HEX, min_size=digits, max_size=digits).filter(lambda one: set(one) != {"0"})


@given(
    trace=ids(32),
    span=ids(16),
    sampled=st.booleans(),
    state=st.text(st.characters(codec="ascii"), max_size=600),
)
def test_what_is_written_is_read_again(trace: str, span: str, state: str, *, sampled: bool) -> None:
    found = parse(traceparent(trace, span, sampled=sampled), state)
    assert found is not None
    assert (found.trace_id, found.span_id, found.sampled) == (trace, span, sampled)
    carrier: dict[str, str] = {}
    inject(found, carrier)
    assert extract(carrier) == found


@given(st.text(max_size=80))
@example(f"00-{TRACE}-{SPAN}-01\n")
@example(f"00-{TRACE.upper()}-{SPAN}-01")
@example(f"00-{'0' * 32}-{SPAN}-01")
@example(f"00-{TRACE}-{'0' * 16}-01")
@example(f"ff-{TRACE}-{SPAN}-01")
@example(f"00-{TRACE}-{SPAN}-01-more")
@example(f"00-{TRACE}-{SPAN}-1")
@example(f" 00-{TRACE}-{SPAN}-01")
@example(f"00-{TRACE}-{SPAN}-0\uff11")
def test_what_is_no_traceparent_begins_a_new_trace(text: str) -> None:
    assert parse(text) is None


def test_a_later_version_may_say_more() -> None:
    expected = TraceContext(trace_id=TRACE, span_id=SPAN, sampled=True)
    assert parse(f"01-{TRACE}-{SPAN}-03-what") == expected
    assert parse(f"cc-{TRACE}-{SPAN}-01") == expected


def test_only_the_last_flag_decides() -> None:
    found = parse(f"00-{TRACE}-{SPAN}-fe")
    assert found is not None
    assert not found.sampled


def test_a_state_that_is_too_long_or_could_forge_a_header_is_left_out() -> None:
    header = f"00-{TRACE}-{SPAN}-01"
    for state in ("a=" + "b" * 511, "a=b\r\nx: y", "a=\x00"):
        found = parse(header, state)
        assert found is not None
        assert found.state == ""


def test_nothing_is_injected_where_there_is_no_span() -> None:
    carrier: dict[str, str] = {}
    inject(None, carrier)
    assert carrier == {}
    assert extract(carrier) is None
