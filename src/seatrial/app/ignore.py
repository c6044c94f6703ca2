"""What a `.dockerignore` leaves out of a build, by the rules that Docker documents.

One pattern a line; `#` begins a comment, `!` takes back in; the last that matches decides. A
pattern that matches a folder leaves out everything below it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Patterns in their order: what each matches, and whether it leaves out or takes back in."""

    patterns: tuple[tuple[re.Pattern[str], bool], ...] = ()

    @property
    def excepts(self) -> bool:
        """Whether something below a folder that is left out may be taken back in."""
        return any(not out for _, out in self.patterns)

    def leaves_out(self, path: str) -> bool:
        """Whether this path, relative to the build's folder, is no part of the build."""
        found = False
        for pattern, out in self.patterns:
            if out is not found and pattern.match(path):
                found = out
        return found


def read_ignored(file: Path) -> Ignored:
    """The patterns of a file; none where there is no file. Raises OSError."""
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return Ignored()
    found = []
    for line in text.splitlines():
        written = line.strip()
        if not written or line.startswith("#"):
            continue
        out = not written.startswith("!")
        name = normpath(written.removeprefix("!").strip()).lstrip("/")
        if name != ".":
            found.append((_compiled(name), out))
    return Ignored(patterns=tuple(found))


def _compiled(name: str) -> re.Pattern[str]:
    """What the pattern matches: the path itself, and everything below it."""
    try:
        return re.compile(rf"(?:{_expression(name)})(?:/.*)?\Z", re.DOTALL)
    except re.error:  # a range that runs backwards: a name like any other
        return re.compile(rf"{re.escape(name)}(?:/.*)?\Z", re.DOTALL)


def _expression(name: str) -> str:
    """A pattern of Go's filepath.Match, and `**`, as a regular expression."""
    found = ""
    at = 0
    while at < len(name):
        rest = name[at:]
        length = 1
        if rest.startswith("**/"):
            length, part = 3, "(?:.*/)?"
        elif rest.startswith("**"):
            length, part = 2, ".*"
        elif rest[0] == "*":
            part = "[^/]*"
        elif rest[0] == "?":
            part = "[^/]"
        elif one_of := re.match(r"\[\^?[^\]\\/]+\]", rest):
            length, part = one_of.end(), one_of[0].replace("[[", r"[\[")
        elif rest[0] == "\\" and len(rest) > 1:
            length, part = 2, re.escape(rest[1])
        else:
            part = re.escape(rest[0])
        found += part
        at += length
    return found
