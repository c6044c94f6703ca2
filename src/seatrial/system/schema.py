"""The file's JSON Schema for editors, and what `seatrial explain KEY` says of each key."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from seatrial.system.base import Flag, SecretRef, Text, Whole
from seatrial.system.fields import alternatives, core, fields_of
from seatrial.system.model import System
from seatrial.system.service import Scale
from seatrial.system.translate import flow
from seatrial.system.units import Cost, Date, Duration, Percentage, Rate, Size

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ITEM = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDoc:
    """What a key of the file means.

    `key` is dotted, `*` standing for a name or an index; `type` is in words; `default` and
    `example` are as the file would write them, `default` None where there is none.
    """

    key: str
    type: str
    required: bool
    default: str | None
    description: str
    example: str


_FILE_KEYS: Mapping[str, KeyDoc] = {
    "seatrial": KeyDoc(
        key="seatrial",
        type="whole number",
        required=True,
        default=None,
        description="Version of the file's format.",
        example="seatrial: 1",
    ),
    "include": KeyDoc(
        key="include",
        type="list of texts",
        required=False,
        default="[]",
        description="Further files of the same system, relative to this one, in its folder.",
        example="include: [oncall.yaml]",
    ),
}


def json_schema(sections: Collection[str] = ()) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the file, from the models that read it.

    `sections` are the keys that capabilities own; what stands below them is not described. The
    shorthand forms (`scale: 2`) are included. References and placeholders are not checked by it.
    """
    schema = System.model_json_schema(by_alias=True)
    properties = {name: value for name, value in schema["properties"].items() if name != "sections"}
    head = {
        "seatrial": {"const": 1, "description": _FILE_KEYS["seatrial"].description},
        "include": {
            "type": "array",
            "items": {"type": "string"},
            "description": _FILE_KEYS["include"].description,
        },
    }
    tail = {name: {"description": f"Read by the {name} capability."} for name in sorted(sections)}
    definitions = dict(schema.get("$defs", {}))
    definitions["Scale"] = {
        "anyOf": [{"type": "integer", "minimum": 1, "maximum": 1000}, definitions["Scale"]]
    }
    return {
        "$schema": DIALECT,
        "title": "seatrial.yaml",
        "description": "A system, as seatrial reads it.",
        "type": "object",
        "properties": head | properties | tail,
        "required": ["seatrial", *schema["required"]],
        "additionalProperties": False,
        "$defs": definitions,
    }


def keys() -> tuple[str, ...]:
    """Every key that a file can have, dotted, `*` for names and indices, in the models' order."""
    return (*_FILE_KEYS, *(key for key, _ in _walk(System, "")))


def describe(key: str) -> KeyDoc | None:
    """What a key means; names and indices may be written or given as `*`.

    `services.*.metrics.port` and `services.api.metrics.port` are the same. None for a key that no
    model has.
    """
    if key in _FILE_KEYS:
        return _FILE_KEYS[key]
    for pattern, info in _walk(System, ""):
        if _matches(pattern, key):
            return _document(pattern, info)
    return None


def _matches(pattern: str, key: str) -> bool:
    wanted, given = pattern.split("."), key.split(".")
    return len(wanted) == len(given) and all(
        want in {_ITEM, have} for want, have in zip(wanted, given, strict=True)
    )


def _walk(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in fields_of(model).items():
        key = prefix + name
        yield key, info
        below, steps = _below(info.annotation)
        if below is not None:
            yield from _walk(below, f"{key}.{'*.' * steps}")


def _below(annotation: Any) -> tuple[type[BaseModel] | None, int]:
    """The model under a field, and how many names or indices lie between."""
    current, steps = core(annotation), 0
    while (origin := get_origin(current)) in {Mapping, tuple}:
        arguments = get_args(current)
        current = core(arguments[1] if origin is Mapping else arguments[0])
        steps += 1
    if isinstance(current, type) and issubclass(current, BaseModel):
        return current, steps
    return None, steps


def _document(key: str, info: FieldInfo) -> KeyDoc:
    last = key.rsplit(".", 1)[-1]
    example = info.examples[0] if info.examples else ""
    default = None
    if not info.is_required():
        default = _written(info.get_default(call_default_factory=False))
    return KeyDoc(
        key=key,
        type=_type(info.annotation),
        required=info.is_required(),
        default=default,
        description=info.description or "",
        example=f"{last}: {flow(example)}",
    )


def _written(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Duration):
        return str(value)
    return flow(to_jsonable_python(value, by_alias=True, exclude_none=True))


_WORDS: Mapping[Any, str] = {
    Scale: "whole number or mapping",
    SecretRef: "{secret: NAME}",
    core(Text): "text",
    core(Flag): "true or false",
    core(Whole): "whole number",
    float: "number",
    Duration: "duration",
    Size: "size",
    Percentage: "percentage",
    Rate: "rate",
    Cost: "cost an hour",
    core(Date): "date",
}


def _type(annotation: Any) -> str:
    """A field's type in words."""
    return " or ".join(_single(one) for one in alternatives(annotation))


def _single(current: Any) -> str:
    origin, arguments = get_origin(current), get_args(current)
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in arguments)
    if origin is Mapping:
        return f"mapping of names to {_type(arguments[1])}"
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    known = _WORDS.get(current)
    if known is None and isinstance(current, type) and issubclass(current, BaseModel):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", current.__name__.strip("_")).lower()
    return known or "any value"
