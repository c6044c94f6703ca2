"""`${...}` in commands, variables, files and journeys: what it may refer to, and what it has."""

import re
from collections.abc import Iterator

from seatrial.system.base import SECRET
from seatrial.system.fault import shown
from seatrial.system.problem import Place, Problem
from seatrial.system.suggest import Suggester
from seatrial.system.translate import dotted
from seatrial.system.tree import Node, find, names

_OPENING = re.compile(r"\$\{([^{}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_SECRET = re.compile(SECRET)
_SELF = ("address", "dir", "keeps", "ports", "region", "replica")
_KEEPS = "keeps"
_COPIED = ("self.keeps.NAME", "self.dir", "system.dir")  # what commands about files may say
_OUT = "out"
_SERVICE = ("addresses", "host", "port", "ports", "servers", "url")
_STORE = ("host", "name", "password", "port", "user")
_BY_PORT = frozenset({"ports", "addresses", "servers"})
_FIXED = ("secret", "self", "system")
_PAIR = 2
_KEPT = 3  # self.keeps.NAME
_SENT = frozenset({"get", "post", "put", "patch", "delete", "headers", "json"})
_Path = tuple[str | int, ...]


def check_placeholders(root: Node, suggester: Suggester) -> Iterator[Problem]:
    """Every placeholder that is malformed, unknown, or refers to what is not needed."""
    checker = _Checker(root, suggester)
    for pattern in ("services.*.run", "services.*.environment.*", "services.*.files.*"):
        for path, node in find(root, pattern):
            if isinstance(node.value, str):
                yield from checker.of_service(str(path[1]), path, node.value, node.place)
    for path, node in find(root, "services.*.files"):
        for name in node.entries or ():
            yield from checker.of_service(str(path[1]), path, name, node.key_place(name))
    for pattern, more in (
        ("services.*.backup.backup", (_OUT,)),
        ("services.*.backup.restore", (_OUT,)),
        ("services.*.invariants.*", ()),
    ):
        for path, node in find(root, pattern):
            if isinstance(node.value, str):
                yield from checker.of_files(str(path[1]), path, node, more)
    for path, node in find(root, "journeys.*"):
        yield from _journey(path, node)


class _Checker:
    """What services and stores there are, and who needs whom."""

    def __init__(self, root: Node, suggester: Suggester) -> None:
        self._root = root
        self._suggester = suggester
        self._services = frozenset(names(root, "services"))
        self._stores = frozenset(names(root, "stores"))
        self._roots = (*sorted(self._services | self._stores), *_FIXED)
        self._needs: dict[str, set[str]] = {}
        for path, node in find(root, "services.*.needs.*"):
            if isinstance(node.value, str):
                self._needs.setdefault(str(path[1]), set()).add(node.value)

    def of_service(self, service: str, path: _Path, text: str, place: Place) -> Iterator[Problem]:
        """The problems of the placeholders in one text of a service."""
        for name, problem in _scan(path, text, place):
            found = problem or self._judge(service, path, name.split("."), place)
            if found is not None:
                yield found

    def of_files(
        self, service: str, path: _Path, node: Node, more: tuple[str, ...]
    ) -> Iterator[Problem]:
        """Those of a command that is run on a service's files, or on a copy of them."""
        for name, problem in _scan(path, str(node.value), node.place):
            parts = name.split(".")
            if problem is not None:
                yield problem
            elif parts[:2] == ["self", _KEEPS]:
                found = self._kept(service, path, parts, node.place)
                if found is not None:
                    yield found
            elif name not in {*_COPIED, *more}:
                known = ", ".join("${" + each + "}" for each in (*more, *_COPIED))
                yield Problem(
                    "ST1403",
                    node.place,
                    f"{dotted(path)} refers to {shown('${' + name + '}')}, unknown there",
                    f"write one of {known}",
                )

    def _kept(self, service: str, path: _Path, parts: list[str], place: Place) -> Problem | None:
        """A folder that the service keeps."""
        node = self._root.child("services")
        for step in (service, _KEEPS):
            node = node.child(step) if node is not None else None
        kept = [str(each.value) for each in (node.items if node is not None else None) or ()]
        if len(parts) == _KEPT and parts[2] in kept:
            return None
        named = parts[2] if len(parts) == _KEPT else ""
        return Problem(
            "ST1403",
            place,
            f"{dotted(path)} refers to {shown('${' + '.'.join(parts) + '}')}, which"
            f" services.{service} does not keep",
            self._suggester.cure(
                named, kept, f"write one of {', '.join(kept)}" if kept else "name it under keeps"
            ),
        )

    def _judge(self, service: str, path: _Path, parts: list[str], place: Place) -> Problem | None:
        first, rest = parts[0], parts[1:]
        if first in _FIXED:
            return self._fixed(service, path, parts, place)
        if first not in self._services and first not in self._stores:
            return Problem(
                "ST1402",
                place,
                f"{dotted(path)} refers to {shown(first)}, which is unknown",
                self._suggester.cure(
                    first, self._roots, "refer to self, system, secret, a service or a store"
                ),
            )
        if first != service and first not in self._needs.get(service, ()):
            return Problem(
                "ST1404",
                place,
                f"{dotted(path)} refers to {first}, which services.{service} does not need",
                f"add {first} to its needs",
            )
        if first in self._services:
            return self._attributes(path, parts, _SERVICE, first, place)
        known = len(rest) == 1 and rest[0] in _STORE
        return None if known else _attribute(path, parts, _STORE, place)

    def _fixed(self, service: str, path: _Path, parts: list[str], place: Place) -> Problem | None:
        """What begins with a word of ours, not with a name of the file."""
        rest = parts[1:]
        if parts[:2] == ["self", _KEEPS]:
            return self._kept(service, path, parts, place)
        if parts[0] == "self":
            return self._attributes(path, parts, _SELF, service, place)
        if parts[0] == "secret":
            return None if _secret_like(rest) else _attribute(path, parts, ("NAME",), place)
        return None if rest == ["dir"] else _attribute(path, parts, ("dir",), place)

    def _attributes(
        self, path: _Path, parts: list[str], known: tuple[str, ...], service: str, place: Place
    ) -> Problem | None:
        rest = parts[1:]
        length = _PAIR if rest and rest[0] in _BY_PORT else 1
        if len(rest) != length or rest[0] not in known:
            by_port = bool(rest) and rest[0] in known and rest[0] in _BY_PORT
            return _attribute(path, parts, (rest[0],) if by_port else known, place)
        ports = names(self._root, "services", service, "ports")
        if length == _PAIR and rest[1] not in ports:
            otherwise = f"write one of {', '.join(ports)}" if ports else "add it to ports"
            return Problem(
                "ST1211",
                place,
                f"{dotted(path)} refers to port {shown(rest[1])}, unknown in services.{service}",
                self._suggester.cure(rest[1], ports, otherwise),
            )
        if rest[0] in {"port", "url"} and not ports:
            return Problem(
                "ST1211",
                place,
                f"{dotted(path)} refers to the port of services.{service}, which has none",
                "add ports, for example ports: {http: 8000}",
            )
        return None


def _scan(path: _Path, text: str, place: Place) -> Iterator[tuple[str, Problem | None]]:
    """The names in placeholders, or the problem of one that is malformed."""
    for match in _OPENING.finditer(text):
        name, closed = match[1], match[2]
        if closed and _NAME.fullmatch(name):
            yield name, None
            continue
        summary = f"{dotted(path)} has a placeholder that is "
        # What the braces hold is not quoted: an unclosed one may swallow a password.
        summary += "malformed" if closed else "not closed"
        yield "", Problem("ST1401", place, summary, "write it as ${database.host}")


def _secret_like(rest: list[str]) -> bool:
    return len(rest) == 1 and _SECRET.fullmatch(rest[0]) is not None


def _attribute(path: _Path, parts: list[str], known: tuple[str, ...], place: Place) -> Problem:
    written = "${" + ".".join(parts) + "}"
    behind = {**dict.fromkeys(_BY_PORT, ".PORT"), _KEEPS: ".NAME"}
    choices = [f"{parts[0]}.{name}" + behind.get(name, "") for name in known]
    listed = ", ".join("${" + choice + "}" for choice in choices)
    return Problem(
        "ST1403",
        place,
        f"{dotted(path)} refers to {shown(written)}, which does not exist",
        f"write {'one of ' if len(choices) > 1 else ''}{listed}",
    )


def _journey(path: _Path, journey: Node) -> Iterator[Problem]:
    """Variables of a journey's steps: kept by an earlier step, or a secret."""
    kept: set[str] = set()
    source = "$.path" if journey.child("browser") is None else "{selector: ...}"
    for part in ("steps", "browser", "cleanup"):  # what is taken back is named by what was made
        steps = journey.child(part)
        for index, step in enumerate((steps.items if steps is not None else None) or ()):
            for key, node in (step.entries or {}).items():
                if part == "browser" or key in _SENT:
                    yield from _texts((*path, part, index, key), node, kept, source)
            keep = step.child("keep")
            kept |= set((keep.entries if keep is not None else None) or ())


def _texts(path: _Path, node: Node, kept: set[str], source: str = "$.path") -> Iterator[Problem]:
    """`source` is what a value of the steps before is kept from, as an example."""
    if isinstance(node.value, str):
        for name, problem in _scan(path, node.value, node.place):
            parts = name.split(".")
            known = name in kept or (parts[0] == "secret" and _secret_like(parts[1:]))
            if problem is not None:
                yield problem
            elif not known:
                yield Problem(
                    "ST1405",
                    node.place,
                    f"{dotted(path)} uses {shown('${' + name + '}')}, which no earlier step keeps",
                    f"add keep: {{{parts[0]}: {source}}} to an earlier step",
                )
    for key, below in (node.entries or {}).items():
        yield from _texts((*path, key), below, kept, source)
    for index, below in enumerate(node.items or ()):
        yield from _texts((*path, index), below, kept, source)
