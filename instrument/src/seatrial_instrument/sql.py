"""What may be told of a statement: its operation, its table, its text without any literal.

Names: OpenTelemetry's semantic conventions for databases (`db.query.summary`, `db.query.text`).
"""

import re
from dataclasses import dataclass

_LONGEST = 2000  # characters of a text that are looked at
_MOST_KEPT = 1000
# One pattern for all that may hold another's signs: a comment an apostrophe, a string a comment's
# begin. It is read from the left, so that each sign means what it means where it stands. What is
# open at the end swallows the rest: it may be cut off.
_BLOCK = r"(?P<block>/\*)"  # its end is looked for by hand: in PostgreSQL they stand in one another
_LINE = r"(?P<line>--[^\n]*)"
_NAME = r'(?P<name>"(?:[^"]|"")*")'
# Words, also $1 and ?1 (a parameter's place is no value), with what may stand between them: one
# match for a run of them costs half of what one for each does.
_WORD = r"(?P<word>(?:(?:(?![eE]')[^\W\d][\w$]*|[$?]\d+)(?:[\s,=()*<>]|\.(?!\d))*)+)"
_ESCAPED = r"[eE]'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)"
# An apostrophe after a backslash ends the string, or does not, as the server is set: of what comes
# then nothing is told.
_STRING = r"'(?:[^'\\]|''|\\[^'])*(?:\\'.*|'|\\?\Z)"
_DOLLARS = r"\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)"
_NUMBER = r"(?<![\w$)\]\"'])-\.?\d(?:[eE][+-]?\d|[\w.])*|\.?\d(?:[eE][+-]?\d|[\w.])*"
_OPEN = r'".*'  # a name that does not end: cut off, or a string of a server that has such


def _pattern(*tokens: str) -> re.Pattern[str]:
    return re.compile("|".join(tokens), re.DOTALL)


_STANDARD = _pattern(
    _LINE, _BLOCK, _NAME, _ESCAPED, _WORD, _STRING, _DOLLARS, _NUMBER, _OPEN
)  # fmt: skip
# MySQL has "..." for strings, `...` for names, and two more forms of a comment to the line's end.
_MYSQL = _pattern(
    r"(?P<line>\#[^\n]*|--(?=\s|\Z)[^\n]*)", _BLOCK, r"(?P<name>`(?:[^`]|``)*`)", _WORD,
    _STRING, _STRING.replace("'", '"'), _NUMBER, r"`.*",
)  # fmt: skip
_GRAMMARS = {"mysql": _MYSQL, "mariadb": _MYSQL}
_ENDS = re.compile(r"/\*|\*/")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE|JOIN)\s+(?:ONLY\s+)?([\w.\"]+)", re.IGNORECASE)
_FIRST = re.compile(r"\s*\(?\s*([A-Za-z]+)")
_KNOWN = frozenset(
    (
        *("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "CALL", "COPY", "VALUES"),
        *("CREATE", "ALTER", "DROP", "TRUNCATE", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT"),
        *("RELEASE", "SET", "SHOW", "LOCK", "LISTEN", "NOTIFY", "EXPLAIN", "VACUUM", "ANALYZE"),
    )
)
_WITH = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`operation` is one of few words; `summary` is that and the first table; `text` is safe."""

    operation: str
    summary: str
    text: str


class Statements:
    """Reads each text once, as long as there are not too many of them.

    `dialect` is SQLAlchemy's name of the database: what a quotation mark is differs.
    """

    def __init__(self, dialect: str = "postgresql") -> None:
        self._dialect = dialect
        self._kept: dict[str | bytes, Statement] = {}

    def read(self, query: object) -> Statement:
        """Of a text, or of bytes; of whatever else, nothing is told."""
        if not isinstance(query, str | bytes):
            return NOTHING
        found = self._kept.get(query)
        if found is None:
            text = query if isinstance(query, str) else query.decode("utf-8", "replace")
            found = read(text, self._dialect)
            if len(self._kept) < _MOST_KEPT and len(query) <= _LONGEST:
                self._kept[query] = found
        return found


def read(query: str, dialect: str = "postgresql") -> Statement:
    """What may be told of a statement."""
    text = " ".join(_bare(query[:_LONGEST], _GRAMMARS.get(dialect, _STANDARD)).split())
    first = _FIRST.match(text)
    operation = first.group(1).upper() if first else ""
    if operation not in _KNOWN:
        operation = "OTHER"
    if operation == "WITH" and (inner := _WITH.search(text)):
        operation = inner.group(1).upper()
    table = _TABLE.search(text)
    target = table.group(1).replace('"', "") if table else ""
    return Statement(operation=operation, summary=f"{operation} {target}".strip(), text=text)


def _bare(query: str, grammar: re.Pattern[str]) -> str:
    """A text with `?` for each literal, and without comments."""
    parts: list[str] = []
    told = at = 0
    while (token := grammar.search(query, at)) is not None:
        at = token.end()
        kind = token.lastgroup
        if kind in {"word", "name"}:
            continue
        if kind == "block":
            at = _closed(query, at)
        parts += (query[told : token.start()], " " if kind in {"block", "line"} else "?")
        told = at
    parts.append(query[told:])
    return "".join(parts)


def _closed(query: str, at: int) -> int:
    """Where a comment is over that began before `at`; comments may stand in it."""
    depth = 1
    for found in _ENDS.finditer(query, at):
        depth += 1 if found.group() == "/*" else -1
        if not depth:
            return found.end()
    return len(query)


NOTHING = Statement(operation="OTHER", summary="OTHER", text="")
