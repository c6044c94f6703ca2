"""Which images a Dockerfile builds on. Pure.

Format: the Dockerfile reference of Docker: parser directives, ARG before FROM, stages, COPY --from.
"""

import re
from collections.abc import Mapping

_CONTINUED = re.compile(r"\\[ \t]*\n")
_COMMENT = re.compile(r"^\s*#.*\n?", re.MULTILINE)
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$", re.IGNORECASE)
_ARG = re.compile(r"^\s*ARG\s+(\w+)=(\"?)(.*?)\2\s*$", re.IGNORECASE)
_COPIED = re.compile(r"^\s*(?:COPY|RUN)\s.*?--(?:mount=\S*?)?from=([^\s,]+)", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})")


def bases(text: str) -> tuple[str, ...]:
    """Every image that is named and neither a stage of this file nor `scratch`, each once."""
    arguments: dict[str, str] = {}
    stages: set[str] = {"scratch"}
    found: dict[str, None] = {}
    began = False
    for line in _CONTINUED.sub(" ", _COMMENT.sub("", text + "\n")).splitlines():
        if not began and (match := _ARG.match(line)):
            arguments[match[1]] = _resolved(match[3], arguments)
        elif match := _FROM.match(line):
            began = True
            _add(_resolved(match[1], arguments), stages, found)
            if match[2]:
                stages.add(match[2].lower())
        elif match := _COPIED.match(line):
            _add(match[1], stages, found)
    return tuple(found)


def _add(name: str, stages: set[str], found: dict[str, None]) -> None:
    if name.lower() not in stages and not name.isdigit() and "$" not in name:
        found[name] = None


def _resolved(text: str, arguments: Mapping[str, str]) -> str:
    """The text with its ARGs; one that has no value stays, for a build would ask for it."""
    return _VARIABLE.sub(
        lambda match: arguments.get(match[1] or match[2], match[3] or match[0]), text
    )
