"""What took rows away, by what pg_waldump says of a server's log. Pure.

Format: https://www.postgresql.org/docs/15/pgwaldump.html, one record a line, in the order in which
they were written; of which tables statistics were dropped a commit tells since PostgreSQL 15. Rows
are counted per transaction until it commits: what is rolled back took nothing.
"""

from __future__ import annotations

import datetime as dt
import heapq
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST = 20  # transactions that are told for the number of their rows
_OWN = 16384  # what is numbered below is the server's: its catalogs
_ROW = re.compile(r"tx: +(\d+), .* desc: (DELETE|UPDATE|HOT_UPDATE)\b.*?rel \d+/(\d+)/(\d+)")
_MADE = re.compile(r"tx: +(\d+), .* desc: CREATE \S*?(\d+)/(\d+)$")
_END = re.compile(
    r"tx: +(\d+), .* desc: (COMMIT|ABORT)(?:_PREPARED)? (?:(\d+): )?"
    r"(\d+-\d+-\d+ \d+:\d+:\d+\.\d+) UTC(.*)"
)
_FILE = re.compile(r"(\d+)/(\d+)(?:_\w+)?$")

File = tuple[int, int]  # the database's number, and the file's in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A relation as a catalog had it; `kind` is pg_class's relkind."""

    name: str
    oid: int
    kind: str

    @property
    def holds(self) -> bool:
        """Whether rows of people's are in it, or in its partitions."""
        return self.kind in {"r", "p"}


@dataclass(slots=True)
class _Open:
    """What a transaction has done until now."""

    rows: dict[tuple[str, File], int] = field(default_factory=lambda: defaultdict(int))
    made: set[File] = field(default_factory=set)

    def add(self, other: _Open) -> None:
        for key, count in other.rows.items():
            self.rows[key] += count
        self.made |= other.made


@dataclass(kw_only=True)
class Reader:
    """Reads line after line. `tables` are known ones, by their files; `only` names one, or none."""

    tables: Mapping[File, Table]
    only: str = ""
    _numbered: dict[File, Table] = field(init=False)
    _open: dict[int, _Open] = field(default_factory=lambda: defaultdict(_Open), init=False)
    _gone: list[dict[str, Any]] = field(default_factory=list, init=False)
    _most: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list, init=False)
    _ends: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """What is dropped is told by its own number, whatever its file was called last."""
        self._numbered = {(file[0], each.oid): each for file, each in self.tables.items()}

    def read(self, line: str) -> None:
        """One record."""
        if " desc: COMMIT" in line or " desc: ABORT" in line:
            self._ended(line)
        elif " desc: DELETE" in line or "UPDATE" in line:
            if found := _ROW.search(line):
                xid, what, *file = found.groups()
                word = "deleted" if what == "DELETE" else "overwritten"
                self._row(int(xid), word, (int(file[0]), int(file[1])))
        elif " desc: CREATE" in line and (found := _MADE.search(line)):
            self._open[int(found[1])].made.add((int(found[2]), int(found[3])))

    def found(self) -> list[dict[str, Any]]:
        """Each transaction that took something away, the newest first.

        `at` is when it was committed, in seconds since the epoch; `dropped` and `emptied` are names
        of tables, `deleted` and `overwritten` numbers of rows by them.
        """
        every = [*self._gone, *(each for _, _, each in self._most)]
        return sorted(every, key=lambda each: float(each["at"]), reverse=True)

    def _row(self, xid: int, what: str, file: File) -> None:
        if file[1] < _OWN or not self._wanted(self.tables.get(file)):
            return
        self._open[xid].rows[what, file] += 1

    def _ended(self, line: str) -> None:
        found = _END.search(line)
        if found is None:
            return
        said = _said(found[5])
        xids = [int(found[3] or found[1]), *map(int, said.get("subxacts", ()))]
        done = _Open()
        for each in xids:
            if each in self._open:
                done.add(self._open.pop(each))
        if found[2] == "COMMIT":
            self._committed(xids[0], _instant(found[4]), done, said)

    def _committed(self, xid: int, at: float, done: _Open, said: Mapping[str, list[str]]) -> None:
        dropped, emptied = self._went(said, done)
        gone = {*dropped, *emptied}
        rows: dict[str, dict[str, int]] = {"deleted": {}, "overwritten": {}}
        for (what, file), count in done.rows.items():
            name = self._called(self.tables.get(file), file)
            if name not in gone:
                rows[what][name] = rows[what].get(name, 0) + count
        told = {"xid": xid, "at": at, "dropped": dropped, "emptied": emptied, **rows}
        count = sum(sum(each.values()) for each in rows.values())
        self._ends += 1
        if gone:
            self._gone.append(told)
        elif count:
            # of as many rows the later one
            heapq.heappush(self._most, (count, self._ends, told))
            if len(self._most) > MOST:
                heapq.heappop(self._most)

    def _went(self, said: Mapping[str, list[str]], done: _Open) -> tuple[list[str], list[str]]:
        """Which tables are gone, and of which the rows alone.

        What the transaction has made itself nobody else has seen. One that is written anew, with
        all of its rows, has a passing one of another number, which is made and dropped with it.
        """
        numbers = {_file(each.partition("/")[2]) for each in said.get("dropped stats", ())}
        dropped = [
            self._called(self._numbered.get(each), each)
            for each in sorted(numbers - done.made)
            if self._wanted(self._numbered.get(each))
        ]
        if numbers & done.made:
            return dropped, []
        emptied = (self.tables.get(_file(each)) for each in said.get("rels", ()))
        names = {each.name for each in emptied if each is not None and self._wanted(each)}
        return dropped, sorted(names.difference(dropped))

    def _wanted(self, known: Table | None) -> bool:
        if known is None:  # it may be an index, or what another table's long values are in
            return not self.only
        return known.holds and self.only in {"", known.name}

    def _called(self, known: Table | None, number: File) -> str:
        return known.name if known is not None else f"relation {number[1]}"


def _said(text: str) -> dict[str, list[str]]:
    """What a commit tells besides: words by what they are."""
    parts = (each.partition(":") for each in text.split(";"))
    return {name.strip(): words.split() for name, _, words in parts}


def _file(path: str) -> File:
    found = _FILE.search(path)
    return (int(found[1]), int(found[2])) if found is not None else (0, 0)


def _instant(text: str) -> float:
    return dt.datetime.fromisoformat(f"{text}+00:00").timestamp()
