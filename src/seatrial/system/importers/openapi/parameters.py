"""The values that a request needs, taken only from where the document shows one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.openapi.references import followed
from seatrial.system.secrecy import names_secret

_MOST = 200
# In an address these are what a caller proves himself by, whatever they are elsewhere.
_PROVES = re.compile(r"(?:^|[_.-])(?:sig|signature|code|auth|token|otp|hmac|nonce)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A path with every value in its place, or why there is none."""

    path: str = ""
    lacks: str = ""
    cure: str = ""


def request(root: Cursor, path: str, shared: Cursor, own: Cursor) -> Request:
    """The request of an operation; `shared` are its path's parameters, `own` its own."""
    found: dict[tuple[str, str], Cursor] = {}
    for at in (*shared.items[:_MOST], *own.items[:_MOST]):
        parameter = followed(root, at)
        if not parameter:
            return Request(
                lacks="one of its parameters is defined elsewhere",
                cure="join the files into one document, then import that",
            )
        found[(parameter.at("in").text, parameter.at("name").text)] = parameter
    query: list[str] = []
    for (where, name), parameter in found.items():
        needed = where == "path" or parameter.at("required").flag is True
        if not needed:
            continue
        value = _value(root, parameter, path=where == "path")
        lack = _lack(where, name, value)
        if lack is not None:
            return lack
        if where == "path":
            path = path.replace("{" + name + "}", quote(value or "", safe=""))
        else:
            query.append(f"{quote(name, safe='')}={quote(value or '', safe='')}")
    if "{" in path:
        return Request(
            lacks="its path has a parameter that is not described",
            cure="describe the parameter, with an example",
        )
    return Request(path=path + ("?" + "&".join(query) if query else ""))


def _lack(where: str, name: str, value: str | None) -> Request | None:
    if where in {"body", "formData"}:
        return Request(lacks="it needs a body", cure="write the step by hand")
    if where not in {"path", "query"}:
        return Request(
            lacks=f"it needs the {where or 'unnamed'} parameter {name}",
            cure="write the step by hand, with its headers",
        )
    if names_secret(name) or (where == "query" and _PROVES.search(name)):
        return Request(
            lacks=f"its parameter {name} is a secret", cure="write the step by hand, with a secret"
        )
    if value is None:
        shows = "an example" if where == "path" else "an example or a default"
        return Request(
            lacks=f"its {where} parameter {name} has no example",
            cure=f"add {shows} to the parameter, or write the step by hand",
        )
    return None


def _value(root: Cursor, parameter: Cursor, *, path: bool) -> str | None:
    """The value that the document shows for a parameter: a scalar, as it is written."""
    schema = followed(root, parameter.at("schema"))
    for shown in _shown(root, parameter, schema, path=path):
        if shown.raw is not None and shown.text:
            return shown.text
    return None


def _shown(root: Cursor, parameter: Cursor, schema: Cursor, *, path: bool) -> Iterator[Cursor]:
    yield parameter.at("example")
    for named in parameter.at("examples").entries.values():
        yield followed(root, named).at("value")
    yield parameter.at("x-example")
    yield schema.at("example")
    yield schema.at("examples", 0)
    yield schema.at("const")
    if not path:
        # A default is what the server takes anyway; in a path it names no real thing.
        yield schema.at("default")
        yield parameter.at("default")
