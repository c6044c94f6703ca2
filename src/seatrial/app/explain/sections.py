"""The keys of the sections that capabilities own, described from their models."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from seatrial.app import registry
from seatrial.system.fields import alternatives, core, fields_of
from seatrial.system.schema import KeyDoc
from seatrial.system.translate import flow
from seatrial.system.units import Duration, Size

_ITEM = "*"
_WORDS: Mapping[Any, str] = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    Duration: "duration",
    Size: "size",
    date: "date",
    datetime: "instant",
}


def documents() -> Mapping[str, KeyDoc]:
    """Every key of every capability's section, dotted, `*` for names and indices."""
    found: dict[str, KeyDoc] = {}
    for capability in registry.capabilities():
        if capability.section:
            found[capability.section] = KeyDoc(
                key=capability.section,
                type="mapping",
                required=False,
                default="{}",
                description=(capability.settings.__doc__ or "").partition("\n")[0],
                example="",
            )
            found |= dict(_walk(capability.settings, f"{capability.section}."))
    return found


def _walk(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, KeyDoc]]:
    for name, info in fields_of(model).items():
        key = prefix + name
        yield key, _document(key, info)
        below, between = _below(info.annotation)
        if below is not None:
            yield from _walk(below, f"{key}.{between}")


def _below(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model under a field, and `*.` for each name or index between."""
    current, between = core(annotation), ""
    while (origin := get_origin(current)) in {Mapping, tuple}:
        arguments = get_args(current)
        current = core(arguments[1] if origin is Mapping else arguments[0])
        between += f"{_ITEM}."
    if isinstance(current, type) and issubclass(current, BaseModel):
        return current, between
    return None, between


def _document(key: str, info: FieldInfo) -> KeyDoc:
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    last = key.rsplit(".", 1)[-1]
    example = info.examples[0] if info.examples else default
    return KeyDoc(
        key=key,
        type=_type(info.annotation),
        required=info.is_required(),
        default=None if info.is_required() else _written(default),
        description=info.description or "",
        example="" if example in (None, "", (), {}) else f"{last}: {_written(example)}",
    )


def _written(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Duration | Size):
        return str(value)
    return flow(to_jsonable_python(value, by_alias=True, exclude_none=True))


def _type(annotation: Any) -> str:
    return " or ".join(_single(each) for each in alternatives(annotation))


def _single(current: Any) -> str:
    origin, arguments = get_origin(current), get_args(current)
    if origin is Literal:
        return "one of " + ", ".join(str(each) for each in arguments)
    if origin is Mapping:
        return f"mapping of names to {_type(arguments[1])}"
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if isinstance(current, type) and issubclass(current, BaseModel):
        return current.__name__.lower()
    return _WORDS.get(current, "any value")
