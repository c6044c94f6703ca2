"""`.env` and env_file: `NAME=value` lines as Compose reads them, with the line of each.

https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
"""

import re
from dataclasses import dataclass

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*(?:([=:])(.*))?$", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}
_MOST_LINES = 20_000
_MOST_CONTINUED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One variable: `value` is None where only the name stands; `raw` takes no interpolation."""

    name: str
    value: str | None
    number: int
    raw: bool = False


def read_lines(text: str) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """The variables of a file in order, and the numbers of lines that are none."""
    found: list[Line] = []
    wrong: list[int] = []
    lines = text.replace("\r\n", "\n").split("\n")[:_MOST_LINES]
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            wrong.append(number)
            continue
        name, separator, rest = match[1], match[2], (match[3] or "").strip()
        if not separator:
            found.append(Line(name=name, value=None, number=number))
            continue
        quote = rest[:1]
        if quote not in {'"', "'"}:
            found.append(
                Line(name=name, value=re.split(r"\s#", rest, maxsplit=1)[0].strip(), number=number)
            )
            continue
        # a quoted value may go over several lines
        while _end(rest, quote) < 0 and at < min(len(lines), number + _MOST_CONTINUED):
            rest += "\n" + lines[at]
            at += 1
        end = _end(rest, quote)
        if end < 0:
            wrong.append(number)
            at = number
            continue
        inner = rest[1:end]
        value = inner if quote == "'" else _unescaped(inner)
        found.append(Line(name=name, value=value, number=number, raw=quote == "'"))
    return tuple(found), tuple(wrong)


def _end(text: str, quote: str) -> int:
    at = 1
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 1
        elif text[at] == quote:
            return at
        at += 1
    return -1


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text, flags=re.DOTALL)
