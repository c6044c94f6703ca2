"""Spans as OTLP's JSON. Text is put together by hand: a tenth of what a tree of dicts costs.

Format: OTLP 1.x, ExportTraceServiceRequest in its JSON encoding: ids in hex, int64 as text.
"""

from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring_ascii as quoted
from math import isfinite

from seatrial_instrument.span import Span, Value

_LONGEST_VALUE = 4096  # characters
_SAMPLED = 1


def attributes_json(attributes: Mapping[str, Value]) -> str:
    """KeyValue objects with commas between them, without brackets."""
    return ",".join(
        f'{{"key":{quoted(key)},"value":{_value(value)}}}' for key, value in attributes.items()
    )


def span_json(span: Span) -> str:
    """One span that is over."""
    parts = [
        f'{{"traceId":"{span.trace_id}","spanId":"{span.span_id}","flags":{_SAMPLED}',
        f',"name":{quoted(span.name)},"kind":{int(span.kind)}',
        f',"startTimeUnixNano":"{span.begun}","endTimeUnixNano":"{span.begun + span.taken}"',
    ]
    if span.parent_id:
        parts.append(f',"parentSpanId":"{span.parent_id}"')
    if span.state:
        parts.append(f',"traceState":{quoted(span.state)}')
    found = span.prepared
    more = span.attributes
    if span.error:
        more = {**(more or {}), "error.type": span.error}
        parts.append(',"status":{"code":2}')
    if more:
        found = f"{found},{attributes_json(more)}" if found else attributes_json(more)
    if found:
        parts.append(f',"attributes":[{found}]')
    parts.append("}")
    return "".join(parts)


def head(resource: Mapping[str, Value], version: str) -> str:
    """What stands before the spans of every batch."""
    return (
        f'{{"resourceSpans":[{{"resource":{{"attributes":[{attributes_json(resource)}]}},'
        f'"scopeSpans":[{{"scope":{{"name":"seatrial-instrument","version":{quoted(version)}}},'
        '"spans":['
    )


TAIL = "]}]}]}"


def batch_json(start: str, spans: Iterable[str]) -> bytes:
    """A request's body of a head and encoded spans."""
    return f"{start}{','.join(spans)}{TAIL}".encode()


def _value(value: Value) -> str:
    if isinstance(value, str):
        return f'{{"stringValue":{quoted(value[:_LONGEST_VALUE])}}}'
    if isinstance(value, bool):
        return f'{{"boolValue":{"true" if value else "false"}}}'
    if isinstance(value, int):
        return f'{{"intValue":"{value}"}}'
    if isinstance(value, float) and isfinite(value):
        return f'{{"doubleValue":{value!r}}}'
    return f'{{"stringValue":{quoted(str(value)[:_LONGEST_VALUE])}}}'
