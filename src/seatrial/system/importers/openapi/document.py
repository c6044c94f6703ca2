"""A document as a whole: which version it is, what it is called, where it is served."""

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from seatrial.system.fault import shown
from seatrial.system.importers.confidential import masked
from seatrial.system.importers.cursor import UNREAD, Account, Cursor, Verdict
from seatrial.system.importers.openapi.operations import operations
from seatrial.system.importers.openapi.references import followed
from seatrial.system.importers.sketch import Api, Fidelity, Operation, Sketch
from seatrial.system.importers.source import read
from seatrial.system.problem import Place, Problem

_THREE = re.compile(r"3\.[01](\.[0-9]+)?")
_NOT_CHECKED = "nothing: seatrial looks at the status of an answer, not at its body"
_NOTES: Mapping[str, tuple[str, str]] = {
    "components": ("what is shared by operations", _NOT_CHECKED),
    "definitions": ("the form of bodies", _NOT_CHECKED),
    "parameters": ("what is shared by operations", _NOT_CHECKED),
    "responses": ("what is shared by operations", _NOT_CHECKED),
    "securityDefinitions": ("how users sign in", "write steps that sign in by hand"),
    "security": ("that users must sign in", "write steps that sign in by hand"),
    "tags": ("how operations are grouped", "nothing: this is no loss"),
    "externalDocs": ("where more is written", "name the page under docs"),
    "webhooks": ("what the API calls by itself", "test it where it is received"),
    "info": ("words about the API", "nothing: this is no loss"),
    "jsonSchemaDialect": ("the form of schemas", _NOT_CHECKED),
    "consumes": ("the form of bodies", _NOT_CHECKED),
    "produces": ("the form of bodies", _NOT_CHECKED),
    "schemes": ("whether it is served with TLS", "seatrial asks where the system runs"),
    "variables": ("what its address can be", "seatrial asks where the system runs"),
    "servers": ("where the path is served", "seatrial asks where the system runs"),
    "description": ("words about the API", "nothing: this is no loss"),
    "summary": ("words about the API", "nothing: this is no loss"),
}


def sketch(files: Mapping[str, str]) -> Sketch | tuple[Problem, ...]:
    """The APIs that the files describe; `files` are their texts by the name that the user gave.

    Problems instead where a text breaks YAML's grammar or a bound (ST11), where no document
    describes an API (ST1731), or none in a version that is read (ST1732).
    """
    source = read(files)
    if isinstance(source, tuple):
        return source
    account = Account(entries=list(source.entries))
    tops = [account.open(node) for node in source.documents]
    apis: list[Api] = []
    strange: list[Problem] = []
    for top in tops:
        version = _version(top)
        if version is None:
            top.dropped("it describes no API: it has no openapi and no swagger", "leave it out")
        elif not version:
            strange.append(_strange(top))
            top.dropped("its version of OpenAPI is not read", "convert it to OpenAPI 3")
        else:
            apis.append(_api(top))
    if not apis:
        first = next(iter(files), "-")
        return tuple(strange) or (
            Problem(
                "ST1731",
                Place(first, 1, 1),
                "no description of an API is in these files",
                "name the file that begins with openapi: or swagger:",
            ),
        )
    for top in tops:
        account.close(top, _judge)
    order = {name: number for number, name in enumerate(files)}
    return Sketch(
        source="openapi",
        name=apis[0].name,
        files=tuple(files),
        apis=tuple(apis),
        ledger=tuple(
            sorted(
                account.entries,
                key=lambda entry: (
                    order.get(entry.place.file, -1),
                    entry.place.line,
                    entry.place.column,
                ),
            )
        ),
    )


def _version(top: Cursor) -> str | None:
    """The version; "" where it is one that is not read, None where it is no description."""
    three, two = top.at("openapi"), top.at("swagger")
    if three.node is None and two.node is None:
        return None
    written = three.text or two.text
    if _THREE.fullmatch(three.text) or re.fullmatch(r"2(\.0)?", two.text):
        return written
    return ""


def _strange(top: Cursor) -> Problem:
    written = top.at("openapi") if top.at("openapi").node is not None else top.at("swagger")
    return Problem(
        "ST1732",
        written.place,
        f"the version {shown(written.raw)} of OpenAPI is not read",
        "convert the document to OpenAPI 3.0 or 3.1",
    )


def _api(top: Cursor) -> Api:
    for step in ("openapi", "swagger"):
        top.at(step).imported("the version of its form")
    title = top.at("info", "title")
    title.scalar("what it is called")
    file = top.place.file.replace("\\", "/")
    name = " ".join(title.text.split())[:200] or posixpath.basename(file).partition(".")[0] or "api"
    servers = _servers(top)
    base = _base(top, servers)
    found: dict[tuple[str, str], Operation] = {}
    for operation in operations(top, base):
        found.setdefault((operation.method, operation.path), operation)
    return Api(name=name, place=top.place, operations=tuple(found.values()), servers=servers)


def _servers(top: Cursor) -> tuple[str, ...]:
    """Where it is served, with the defaults of variables filled in and no passwords."""
    found = []
    for at in top.at("servers").items:
        server = followed(top, at)
        url = server.at("url").text
        for name, variable in server.at("variables").entries.items():
            url = url.replace("{" + name + "}", variable.at("default").text)
        if url:
            server.at("url").imported("where it is served; its path comes before every path")
            found.append(url)
    host = top.at("host").text
    if host:
        for step in ("host", "schemes"):
            top.at(step).imported("where it is served")
        schemes = top.at("schemes").words or ("https",)
        found += [f"{scheme}://{host}{top.at('basePath').text}" for scheme in schemes[:5]]
    return masked(tuple(found))


def _base(top: Cursor, servers: tuple[str, ...]) -> str:
    """The path before every path: of Swagger's basePath, or of the first server."""
    base = top.at("basePath")
    base.imported("it comes before every path")
    written = base.text
    if not written and servers:
        try:
            written = urlsplit(servers[0]).path
        except ValueError:  # an address with a bracket too few
            written = ""
    stripped = "/".join(part for part in written.split("/") if part)
    return f"/{stripped}" if stripped and "{" not in stripped else ""


def _judge(at: Cursor) -> Verdict | None:
    """What is known of a value that no reader took; None where it lies below it."""
    path = at.inner
    first, last = str(path[0]) if path else "", str(path[-1]) if path else ""
    if last.startswith("x-"):
        return (Fidelity.DROPPED, "an extension for other tools", "nothing: this is no loss")
    if first in {"paths", "servers"}:
        # Of a path and of a server the parts are told of one by one.
        known = _NOTES.get(last) if len(path) > 1 else None
        whole = len(path) > 2 if first == "paths" else bool(at.raw)  # noqa: PLR2004 - paths, a path, a part of it
        return (Fidelity.DROPPED, *known) if known else UNREAD if whole else None
    return (Fidelity.DROPPED, *_NOTES[first]) if first in _NOTES else UNREAD
