"""From pydantic's errors to problems: the place, a sentence in the file's words, the cure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from seatrial.system.fault import KIND, shown
from seatrial.system.fields import field_at, fields_of, model_at
from seatrial.system.mask import MASK
from seatrial.system.places import Places
from seatrial.system.problem import Place, Problem
from seatrial.system.scalars import resolve
from seatrial.system.suggest import Suggester

Path = tuple[str | int, ...]
_KEY = "[key]"
# What stands below these keys may be a secret, so no message quotes it.
_NEVER_QUOTED = frozenset({"environment", "headers", "pager", "value"})
_NOT_A_NAME = re.compile(r"[=:\s].*", re.DOTALL)  # what was meant as a value and became a key
_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "a mapping",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "bool_parsing": "true or false",
    "int_parsing": "a whole number",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "above"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "below"),
}
_MOST_LISTED = 12


def dotted(path: Sequence[str | int]) -> str:
    """`services.api.owner`, the name of a key in messages and in `seatrial explain`."""
    steps = [str(step) for step in path]
    first = next((at for at, step in enumerate(path, 1) if step in _NEVER_QUOTED), len(steps))
    steps[first:] = [_name(step) for step in steps[first:]]
    return ".".join(steps) or "the file"


def _name(step: str) -> str:
    """A key below which secrets stand: `API_KEY=...` without a space is read as a key as well."""
    return _NOT_A_NAME.sub(MASK, step)


def is_echo(error: ErrorDetails) -> bool:
    """Whether pydantic calls a list too short only because its items are wrong themselves."""
    return error["type"] == "too_short" and bool(error["input"])


def translate(error: ErrorDetails, places: Places, suggester: Suggester) -> Problem:
    """The problem that one of pydantic's errors stands for."""
    path: Path = error["loc"]
    context: dict[str, Any] = error.get("ctx") or {}
    kind = error["type"]
    if path and path[-1] == _KEY:
        return _bad_key(path[:-1], kind, context, places)
    if kind == "extra_forbidden":
        return unknown_key(path, places, suggester)
    if kind == "missing":
        return _missing(path, places)
    if kind == KIND:
        return faulted(path, context, places.of)
    code, predicate, cure = _value(error, path, context, suggester, field_at(path))
    return Problem(code, places.of(*path), f"{dotted(path)} {predicate}", cure)


def misset(
    error: Any,
    below: Path,
    place: Callable[..., Place],
    *,
    unknown: tuple[str, str],
    wrong: tuple[str, str],
    model: type[BaseModel] | None = None,
) -> Problem:
    """The problem of a setting that a capability reads itself, `below` that path of the file.

    `unknown` and `wrong` are the code and the cure of a key that there is not, and of a value; of
    the `model` that reads it the examples of its fields say better what to write.
    """
    path = (*below, *error["loc"])
    key = dotted(path)
    if error["type"] == "extra_forbidden":
        return Problem(unknown[0], place(*path), f"unknown key {key}", unknown[1])
    if error["type"] == KIND:
        return faulted(path, error["ctx"], place)
    told = str(error["msg"]).removeprefix("Value error, ")
    if model is not None:
        field = field_at(error["loc"], model)
        if error["type"] == "missing":
            add = f"add it{_example(path, field)}"
            return Problem(
                wrong[0], place(*path[:-1]), f"{dotted(path[:-1])} has no {path[-1]}", add
            )
        if error["type"] in {*_EXPECTED, *_BOUNDS}:
            context = error.get("ctx") or {}
            _, predicate, cure = _value(error, path, context, Suggester(), field)
            return Problem(wrong[0], place(*path), f"{key} {predicate}", cure)
        if "; " in told:  # of bounds, with what to write
            predicate, cure = told.split("; ", 1)
            return Problem(wrong[0], place(*path), f"{key} {predicate}", cure)
    # a sentence's beginning, in the middle of ours
    return Problem(wrong[0], place(*path), f"{key}: {told[:1].lower()}{told[1:]}", wrong[1])


def faulted(path: Path, context: Mapping[str, Any], place: Callable[..., Place]) -> Problem:
    """The problem that `fault` made of the value at a path, by its error's context.

    `place` tells where a path of keys was written.
    """
    path = (*path, *context["at"])
    summary = f"{dotted(path)} {context['predicate']}"
    return Problem(context["code"], place(*path), summary, context["cure"])


def _value(
    error: ErrorDetails,
    path: Path,
    context: dict[str, Any],
    suggester: Suggester,
    field: FieldInfo | None,
) -> tuple[str, str, str]:
    """Code, predicate and cure of a value that pydantic itself refuses, by the field's example."""
    kind, value = error["type"], error["input"]
    hidden = isinstance(value, str | int | float) and _NEVER_QUOTED & set(path)
    quoted = "of another type" if hidden else shown(value)
    if kind in _EXPECTED:
        predicate = "is empty" if value is None else f"is {quoted}, not {_EXPECTED[kind]}"
        return "ST1303", predicate, _type_cure(path, kind, value, field)
    if kind == "literal_error":
        choices = _choices(context)
        cure = f"write {_either(choices)}"
        if isinstance(value, str):
            cure = suggester.cure(value, choices, cure)
        return "ST1304", f"is {quoted}, not {_either(choices)}", cure
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return "ST1308", f"is {quoted}", f"write a number {words} {context[key]}"
    if kind == "too_short":
        return "ST1308", "is empty", f"add one{_example(path, field)}"
    return "ST1303", f"is wrong: {error['msg'].lower()}", f"correct it{_example(path, field)}"


def unknown_key(
    path: Path, places: Places, suggester: Suggester, more: Sequence[str] = ()
) -> Problem:
    """The problem of a key that no model has; `more` are keys known besides the model's."""
    parent = model_at(path[:-1])
    known = (*(fields_of(parent) if parent is not None else ()), *more)
    word = str(path[-1])
    listed = ", ".join(sorted(known)[:_MOST_LISTED])
    tail = ", ..." if len(known) > _MOST_LISTED else ""
    otherwise = f"delete it; known here: {listed}{tail}"
    return Problem(
        "ST1301",
        places.of_key(*path),
        f"unknown key {shown(word)} in {dotted(path[:-1])}",
        suggester.cure(word, known, otherwise),
    )


def _bad_key(path: Path, kind: str, context: dict[str, Any], places: Places) -> Problem:
    word = str(path[-1])
    if _NEVER_QUOTED & set(path[:-1]):
        word = _name(word)
    if kind == KIND:
        summary = f"the name {shown(word)} in {dotted(path[:-1])} cannot be used"
        return Problem(context["code"], places.of_key(*path), summary, context["cure"])
    return Problem(
        "ST1301",
        places.of_key(*path),
        f"unknown key {shown(word)} in {dotted(path[:-1])}",
        f"write {_either(_choices(context))}",
    )


def _missing(path: Path, places: Places) -> Problem:
    return Problem(
        "ST1302",
        places.of_key(*path[:-1]),
        f"{dotted(path[:-1])} has no {path[-1]}",
        f"add it{_example(path, field_at(path))}",
    )


def _type_cure(path: Path, kind: str, value: object, field: FieldInfo | None) -> str:
    if kind == "bool_type" and isinstance(value, str):
        return "write true or false; YAML 1.2 knows no other words for them"
    if kind == "string_type" and isinstance(value, int | float):
        return "put it in quotes"
    if kind == "string_type" and isinstance(value, list) and len(value) == 1:
        return "write it without brackets"
    if (
        kind == "tuple_type"
        and isinstance(value, str | int | float)
        and not _NEVER_QUOTED & {*path}
    ):
        return f"write [{value}]" if len(str(value)) < 40 else "put it in brackets"  # noqa: PLR2004
    if kind == "int_type" and isinstance(value, str) and value.isdigit():
        return "write it without quotes"
    return f"write {_EXPECTED[kind]}{_example(path, field)}"


def _example(path: Path, field: FieldInfo | None) -> str:
    """`, for example owner: platform`, from the field's own documentation."""
    if field is None or not field.examples:
        return ""
    return f", for example {path[-1]}: {flow(field.examples[0])}"


def flow(value: object) -> str:
    """A value as YAML's flow style writes it, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(below) for below in value) + "]"
    if (
        isinstance(value, str)
        and isinstance(resolve(value), str)
        and not set(value) & set("#:{}[],&*!|>'\"%@`") - {"/"}
    ):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _choices(context: dict[str, Any]) -> list[str]:
    # pydantic gives the choices as `'local', 'compose' or 'kubernetes'`.
    return str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
