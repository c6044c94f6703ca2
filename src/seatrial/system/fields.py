"""The fields of the file's models, found by the path of a value."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from seatrial.system.model import System

HIDDEN = frozenset({"sections"})


def key_of(name: str, info: FieldInfo) -> str:
    """The key under which the file writes a field."""
    return info.alias or name


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields that a file can write, by their keys."""
    return {
        key_of(name, info): info for name, info in model.model_fields.items() if name not in HIDDEN
    }


def model_at(path: Sequence[str | int], below: type[BaseModel] = System) -> type[BaseModel] | None:
    """The model that reads the value at that path, if one does; `*` stands for any name."""
    found = _type_at(path, below)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def field_at(path: Sequence[str | int], below: type[BaseModel] = System) -> FieldInfo | None:
    """The field whose value stands at that path below a model, if one has it."""
    if not path:
        return None
    parent = model_at(path[:-1], below)
    return None if parent is None else fields_of(parent).get(str(path[-1]))


def _type_at(path: Sequence[str | int], below: type[BaseModel]) -> Any:
    current: Any = below
    for step in path:
        current = core(current)
        if isinstance(current, type) and issubclass(current, BaseModel):
            info = fields_of(current).get(str(step))
            current = None if info is None else info.annotation
        else:
            arguments = get_args(current)
            origin = get_origin(current)
            if origin is Mapping and len(arguments) > 1:
                current = arguments[1]
            elif origin is tuple and arguments:
                current = arguments[0]
            else:
                return None
    return core(current)


def alternatives(annotation: Any) -> list[Any]:
    """The types that a field takes, without None and without what Annotated adds."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return [one for part in parts for one in alternatives(part)]
    return [annotation]


def core(annotation: Any) -> Any:
    """The type that a field takes; of several the model, else the first."""
    parts = alternatives(annotation)
    models = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
    return (models or parts)[0]
