"""Which trace and span a piece of work belongs to, and how that travels between processes.

Format: W3C Trace Context, level 1: `traceparent` and `tracestate`.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

TRACEPARENT = "traceparent"
TRACESTATE = "tracestate"
_LONGEST_STATE = 512  # characters that every participant must carry on; more may be left out
_FORM = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})"
    r"-(?P<span>(?!0{16})[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?"
)
_MATCH = _FORM.fullmatch
_STATE = re.compile(r"[\x20-\x7e\t]+")
_SAMPLED = "13579bdf"  # the last bit of the flags


class TraceContext(NamedTuple):
    """A place in a trace: ids in lower-case hex (32 and 16), and whether it is recorded."""

    trace_id: str
    span_id: str
    sampled: bool
    state: str = ""


def parse(traceparent: str, tracestate: str = "") -> TraceContext | None:
    """What a caller sent, or None where it is no valid `traceparent` and a new trace begins."""
    found = _MATCH(traceparent)
    if found is None:
        return None
    version, trace, span, flags, more = found.groups()
    if more is not None and version == "00":
        return None
    kept = tracestate and len(tracestate) <= _LONGEST_STATE and _STATE.fullmatch(tracestate)
    return TraceContext(trace, span, flags[1] in _SAMPLED, tracestate if kept else "")


def traceparent(trace_id: str, span_id: str, *, sampled: bool) -> str:
    """The header's value."""
    return f"00-{trace_id}-{span_id}-{'01' if sampled else '00'}"


def extract(carrier: Mapping[str, str]) -> TraceContext | None:
    """The context in a message, a row or headers with lower-case names; None without one."""
    value = carrier.get(TRACEPARENT)
    return parse(value, carrier.get(TRACESTATE) or "") if value else None


def inject(context: object, carrier: MutableMapping[str, str]) -> None:
    """Write a span's or a context's place into a carrier; None writes nothing."""
    if context is None:
        return
    trace_id, span_id = getattr(context, "trace_id", ""), getattr(context, "span_id", "")
    carrier[TRACEPARENT] = traceparent(
        trace_id, span_id, sampled=bool(getattr(context, "sampled", False))
    )
    if state := getattr(context, "state", ""):
        carrier[TRACESTATE] = state
