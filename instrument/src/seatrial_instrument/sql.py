"""What may be told of a statement: its operation, its table, its text without any literal.

Names: OpenTelemetry's semantic conventions for databases (`db.query.summary`, `db.query.text`).
"""

import re
from dataclasses import dataclass

_LONGEST = 2000  # characters of a text that are looked at
_MOST_KEPT = 1000
_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|$)", re.DOTALL)
# Strings of the standard, of PostgreSQL (E'', $tag$ ... $tag$), quoted names, and numbers. An open
# quote swallows the rest: it may be cut off.
_LITERAL = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*(?:'|$)        # E'...'
      | '(?:[^']|'')*(?:'|$)                  # '...'
      | \$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|$) # $$...$$
      | (?<![\w$%:@.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b
    """,
    re.DOTALL | re.VERBOSE,
)
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE|JOIN)\s+(?:ONLY\s+)?([\w.\"]+)", re.IGNORECASE)
_WORD = re.compile(r"\s*\(?\s*([A-Za-z]+)")
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
    """Reads each text once, as long as there are not too many of them."""

    def __init__(self) -> None:
        self._kept: dict[str | bytes, Statement] = {}

    def read(self, query: object) -> Statement:
        """Of a text, or of bytes; of whatever else, nothing is told."""
        if not isinstance(query, str | bytes):
            return NOTHING
        found = self._kept.get(query)
        if found is None:
            found = read(query if isinstance(query, str) else query.decode("utf-8", "replace"))
            if len(self._kept) < _MOST_KEPT and len(query) <= _LONGEST:
                self._kept[query] = found
        return found


def read(query: str) -> Statement:
    """What may be told of a statement."""
    text = _COMMENT.sub(" ", query[:_LONGEST])
    text = " ".join(_LITERAL.sub("?", text).split())
    first = _WORD.match(text)
    operation = first.group(1).upper() if first else ""
    if operation not in _KNOWN:
        operation = "OTHER"
    if operation == "WITH" and (inner := _WITH.search(text)):
        operation = inner.group(1).upper()
    table = _TABLE.search(text)
    target = table.group(1).replace('"', "") if table else ""
    return Statement(operation=operation, summary=f"{operation} {target}".strip(), text=text)


NOTHING = Statement(operation="OTHER", summary="OTHER", text="")
