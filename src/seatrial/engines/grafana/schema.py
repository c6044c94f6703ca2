"""Grafana's schema of a board, as the types of grafana-foundation-sdk 0.0.21 have it.

The SDK is generated from Grafana's own schemas, and reads leniently: what it does not know it
drops. Here a document is held to the types: every key is known, none that must be there is missing,
every value is of its type and, where there are only some, one of those.
"""

import enum
import json
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it recommends a later schema
    from grafana_foundation_sdk.cog import variants
    from grafana_foundation_sdk.models import (
        bargauge,
        dashboard,
        heatmap,
        prometheus,
        stat,
        table,
        timeseries,
    )

# what each kind of panel may have under `options`, and under `fieldConfig.defaults.custom`
_PANELS: Mapping[str, tuple[type, type | None]] = {
    "bargauge": (bargauge.Options, None),
    "heatmap": (heatmap.Options, heatmap.FieldConfig),
    "stat": (stat.Options, None),
    "table": (table.Options, table.FieldConfig),
    "timeseries": (timeseries.Options, timeseries.FieldConfig),
}
_ROW = "row"
_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    dict: "an object",
    list: "a list",
}


def problems(text: str) -> tuple[str, ...]:
    """What is wrong with a board's JSON, a sentence each with its place; none: it is valid."""
    try:
        document = json.loads(text)
    except ValueError as error:
        return (f"it is no JSON: {error}",)
    return tuple(_object(dashboard.Dashboard, document, ""))


def _object(kind: type, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at or 'the board'}: {_said(value)} stands where an object belongs"
        return
    hints, names = _hints(kind), _names(kind)
    for key in value:
        if key not in names:
            yield f"{_below(at, key)}: there is no such key"
    for key, name in names.items():
        place = _below(at, key)
        if key in value:
            yield from _value(hints[name], value[key], place)
        elif not _optional(hints[name]):
            yield f"{place}: it must be there"
    if kind is dashboard.Panel:
        yield from _panel(value, at)


def _panel(value: Mapping[str, Any], at: str) -> Iterator[str]:
    """What only the kind of a panel decides."""
    kind = value.get("type")
    known = _PANELS.get(kind) if isinstance(kind, str) else None
    if known is None:
        yield f"{_below(at, 'type')}: {kind!r} is no kind of panel; there are {', '.join(_PANELS)}"
        return
    options, custom = known
    yield from _object(options, value.get("options", {}), _below(at, "options"))
    fields = value.get("fieldConfig")
    defaults = fields.get("defaults") if isinstance(fields, dict) else None
    own = defaults.get("custom") if isinstance(defaults, dict) else None
    if own is not None and custom is not None:
        yield from _object(custom, own, _below(at, "fieldConfig.defaults.custom"))


def _value(hint: Any, value: Any, at: str) -> Iterator[str]:
    origin = get_origin(hint)
    if hint in {Any, object}:
        return
    if origin in {Union, types.UnionType}:
        yield from _either(get_args(hint), value, at)
    elif origin in {list, dict}:
        if not isinstance(value, origin):
            yield _wrong(origin, value, at)
            return
        for place, each in _parts(value, at):
            yield from _value(get_args(hint)[-1], each, place)
    elif hint is variants.Dataquery:
        yield from _object(prometheus.Dataquery, value, at)
    elif isinstance(hint, type):
        yield from _plain(hint, value, at)


def _parts(value: list[Any] | dict[str, Any], at: str) -> Iterator[tuple[str, Any]]:
    """What is in a list or an object, each with its place."""
    if isinstance(value, list):
        yield from ((f"{at}[{number}]", each) for number, each in enumerate(value))
    else:
        yield from ((_below(at, key), each) for key, each in value.items())


def _plain(kind: type, value: Any, at: str) -> Iterator[str]:
    if issubclass(kind, enum.Enum):
        there = [each.value for each in kind]
        if value not in there or isinstance(value, bool):
            yield f"{at}: {value!r} is none of {', '.join(map(str, there))}"
    elif kind in _KINDS:
        if not _is(kind, value):
            yield _wrong(kind, value, at)
    elif hasattr(kind, "to_json"):
        yield from _object(kind, value, at)


def _is(kind: type, value: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _either(kinds: tuple[Any, ...], value: Any, at: str) -> Iterator[str]:
    """One of several: the complaints of the one that fits best."""
    if value is None and type(None) in kinds:
        return
    rest = [each for each in kinds if each is not type(None)]
    if dashboard.Panel in rest:  # a list of panels and of rows: its type says which
        row = isinstance(value, dict) and value.get("type") == _ROW
        rest = [dashboard.RowPanel if row else dashboard.Panel]
    found = [tuple(_value(each, value, at)) for each in rest]
    yield from min(found, key=len, default=())


def _optional(hint: Any) -> bool:
    return hint in {Any, object} or type(None) in get_args(hint)


@lru_cache(maxsize=256)
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


class _Mark:
    """Stands for the value of one attribute, to see under which key it is written."""

    def __init__(self, name: str) -> None:
        self.name = name


@lru_cache(maxsize=256)
def _names(kind: type) -> Mapping[str, str]:
    """The attribute behind each key of the JSON, as the type itself writes it."""
    made: Any = object.__new__(kind)
    for name in _hints(kind):
        setattr(made, name, _Mark(name))
    write: Callable[[], Mapping[str, Any]] = made.to_json
    return {key: each.name for key, each in write().items() if isinstance(each, _Mark)}


def _below(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _wrong(kind: type, value: Any, at: str) -> str:
    return f"{at}: {_said(value)} stands where {_KINDS[kind]} belongs"


def _said(value: Any) -> str:
    return "nothing" if value is None else _KINDS.get(type(value), "something")
