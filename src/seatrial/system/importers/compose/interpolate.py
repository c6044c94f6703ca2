"""`$NAME` and `${NAME:-default}` as Compose reads them, without ever copying a secret.

https://docs.docker.com/reference/compose-file/interpolation/. What has no value in the files, and
what holds a secret by its name, stays as `${NAME}`; a dollar sign that is meant as such, where a
brace follows, stays doubled, so that both can be told apart later.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from seatrial.system.secrecy import names_secret

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATORS = (":-", ":?", ":+", "-", "?", "+")
_MOST_NESTED = 8
_MOST_BRACED = 1000  # of one text: each looks for its end
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text after interpolation: `unknown` have no value, `secret` are named alone.

    `broken` says that something in it looks like a reference and is none; it is left as it stands.
    """

    text: str
    unknown: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    broken: bool = False


def fill(text: str, lookup: Callable[[str], str | None]) -> Filled:
    """The text with its references replaced; `lookup` gives a variable's value or None."""
    if "$" not in text:
        return Filled(text=text)
    filler = _Filler(lookup)
    result = filler.fill(text, 0)
    return Filled(
        text=result,
        unknown=tuple(dict.fromkeys(filler.unknown)),
        secret=tuple(dict.fromkeys(filler.secret)),
        broken=filler.broken,
    )


def literal(text: str) -> str:
    """The text as a container would see it, where no reference is left open in it."""
    return text.replace("$${", "${")


def escaped(text: str) -> str:
    """A text in which a dollar sign never begins a reference, as an env_file's raw value."""
    return text.replace("${", "$${")


class _Filler:
    def __init__(self, lookup: Callable[[str], str | None]) -> None:
        self._lookup = lookup
        self.unknown: list[str] = []
        self.secret: list[str] = []
        self.broken = False
        self._braces = 0

    def fill(self, text: str, depth: int) -> str:
        found: list[str] = []
        at = 0
        while True:
            dollar = text.find("$", at)
            if dollar < 0 or dollar + 1 >= len(text):
                found.append(text[at:])
                return "".join(found)
            found.append(text[at:dollar])
            after = text[dollar + 1]
            name = _NAME.match(text, dollar + 1)
            if after == "$":
                # `$${` is kept doubled: `${` alone would read as a reference of ours
                found.append("$$" if text[dollar + 2 : dollar + 3] == "{" else "$")
                at = dollar + 2
            elif name is not None:
                found.append(self._value(name[0], "", "", depth))
                at = name.end()
            elif after == "{" and (end := self._closing(text, dollar + 1)) > 0:
                found.append(self._braced(text[dollar + 2 : end], depth))
                at = end + 1
            else:
                self.broken = True
                found.append("$${" if after == "{" else "$")
                at = dollar + (2 if after == "{" else 1)

    def _closing(self, text: str, opening: int) -> int:
        self._braces += 1
        return _closing(text, opening) if self._braces <= _MOST_BRACED else -1

    def _braced(self, inner: str, depth: int) -> str:
        name = _NAME.match(inner)
        rest = inner[name.end() :] if name is not None else ""
        operator = next((each for each in _OPERATORS if rest.startswith(each)), "")
        if name is None or (rest and not operator) or depth > _MOST_NESTED:
            self.broken = True
            return f"$${{{inner}}}"
        return self._value(name[0], operator, rest[len(operator) :], depth)

    def _value(self, name: str, operator: str, word: str, depth: int) -> str:
        value = self._lookup(name)
        empty_counts = not operator.startswith(":")
        there = value is not None and (bool(value) or empty_counts)
        if operator.endswith("+"):
            return self.fill(word, depth + 1) if there else ""
        if operator.endswith("-") and not there and not word:
            return ""  # `${NAME:-}`: nothing by default, whatever its name
        if names_secret(name):
            self.secret.append(name)
            return f"${{{name}}}"
        if there:
            return escaped(value or "")
        if operator.endswith("-"):
            return self.fill(word, depth + 1)
        self.unknown.append(name)
        return f"${{{name}}}"


def _closing(text: str, opening: int) -> int:
    """The place of the brace that closes the one at `opening`, or -1."""
    depth = 0
    for at in range(opening, min(len(text), opening + 4096)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return -1
