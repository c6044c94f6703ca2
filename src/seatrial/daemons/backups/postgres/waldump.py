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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# What is to be asked for: no text of a user's is in what these write.
MANAGERS = ("Heap", "Storage", "Transaction", "Database", "Standby")
MOST = 20  # transactions that are told for the number of their rows, deleted and overwritten each
_OWN = 16384  # what is numbered below is the server's: its catalogs
_RELATION = "2"  # the kind of statistics that a table has, as a commit tells of those it drops
_NO_LOSS = 0x18  # flags of rows that moved to another partition, or were never there
_HEAD = r"^rmgr: {} +len .*?tx: +(\d+), .*?desc: "
_ROW = re.compile(
    _HEAD.format("Heap")
    + r"(DELETE|UPDATE|HOT_UPDATE)\b(?:.*?flags:? 0x([0-9A-Fa-f]+))?.*?rel \d+/(\d+)/(\d+)"
)
_MADE = re.compile(_HEAD.format("Storage") + r"CREATE (\S+)$")
_DATABASE = re.compile(_HEAD.format("Database") + r"DROP dir (.*)$")
_RUNNING = re.compile(_HEAD.format("Standby") + r"RUNNING_XACTS [^;]*(?:; \d+ xacts: ([\d ]+))?")
_END = re.compile(
    _HEAD.format("Transaction") + r"(COMMIT|ABORT)(?:_PREPARED)? (?:(\d+): )?"
    r"(\d+-\d+-\d+ \d+:\d+:\d+\.\d+) UTC(.*)"
)
_FILE = re.compile(r"(.*?)(\d+)/(\d+)(?:_\w+)?$")

File = tuple[int, int]  # the database's number, and the file's in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A relation as a catalog had it; `kind` is pg_class's relkind, or DATABASE.

    `root` is the partitioned table that it is a part of, itself or empty.
    """

    name: str
    oid: int
    kind: str
    root: str = ""

    @property
    def holds(self) -> bool:
        """Whether rows of people's are in it, or in its partitions."""
        return self.kind in {"r", "p"}


DATABASE = "d"


@dataclass(slots=True)
class _Open:
    """What a transaction has done until now; `made` are files, with the place in which each is."""

    rows: dict[tuple[str, File], int] = field(default_factory=lambda: defaultdict(int))
    made: dict[File, str] = field(default_factory=dict)
    databases: set[int] = field(default_factory=set)

    def add(self, other: _Open) -> None:
        for key, count in other.rows.items():
            self.rows[key] += count
        self.made |= other.made
        self.databases |= other.databases


@dataclass(kw_only=True)
class Reader:
    """Reads line after line. `tables` are known ones, by their files; `only` names one, or none.

    Told is what was committed `since`, in seconds since the epoch; `begins`: nothing was written
    before what is read. `others` are transactions that
    took rows, and are told neither by name nor by number; `partial` are those that had begun before
    what was read; `unnamed` rows are of files that nobody knows, where one table is asked for.
    """

    tables: Mapping[File, Table]
    since: float = 0.0
    only: str = ""
    begins: bool = False
    others: int = field(default=0, init=False)
    partial: int = field(default=0, init=False)
    unnamed: int = field(default=0, init=False)
    _numbered: dict[File, Table] = field(init=False)
    _open: dict[int, _Open] = field(default_factory=lambda: defaultdict(_Open), init=False)
    _running: set[int] | None = field(default=None, init=False)  # when it was told first
    _gone: list[dict[str, Any]] = field(default_factory=list, init=False)
    _most: dict[str, list[tuple[int, int, dict[str, Any]]]] = field(init=False)
    _ends: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """What is dropped is told by its own number, whatever its file was called last."""
        if self.begins:
            self._running = set()
        self._numbered = {(file[0], each.oid): each for file, each in self.tables.items()}
        self._most = {"deleted": [], "overwritten": []}

    def read(self, line: str) -> None:
        """One record."""
        if found := _ROW.match(line):
            self._row(*found.groups())
        elif found := _END.match(line):
            self._ended(*found.groups())
        elif found := _MADE.match(line):
            self._open[int(found[1])].made |= dict([_placed(found[2])])
        elif found := _DATABASE.match(line):
            numbers = {_placed(each)[0][1] for each in found[2].split()}
            self._open[int(found[1])].databases |= numbers
        elif self._running is None and (found := _RUNNING.match(line)):
            self._running = {int(each) for each in (found[2] or "").split()}

    def found(self) -> list[dict[str, Any]]:
        """Each transaction that took something away, the newest first.

        `at` is when it was committed, in seconds since the epoch; `dropped`, `emptied` and
        `rewritten` are names of tables, `deleted` and `overwritten` numbers of rows by them. Of
        what is rewritten nobody can tell whether it was emptied, too.
        """
        ranked = (each for heap in self._most.values() for _, _, each in heap)
        return sorted((*self._gone, *ranked), key=lambda each: float(each["at"]), reverse=True)

    def _row(self, xid: str, what: str, flags: str | None, database: str, number: str) -> None:
        file = int(database), int(number)
        deletes = what == "DELETE"
        if file[1] < _OWN or (deletes and int(flags or "0", 16) & _NO_LOSS):
            return
        self._open[int(xid)].rows["deleted" if deletes else "overwritten", file] += 1

    def _ended(self, xid: str, what: str, prepared: str | None, at: str, more: str) -> None:
        said = _said(more)
        xids = [int(prepared or xid), *map(int, said.get("subxacts", ()))]
        done = _Open()
        for each in xids:
            if each in self._open:
                done.add(self._open.pop(each))
        instant = dt.datetime.fromisoformat(f"{at}+00:00").timestamp()
        if what == "COMMIT" and instant >= self.since:
            self.partial += bool(self._running and self._running.intersection(xids))
            self._committed(xids[0], instant, done, said)

    def _committed(self, xid: int, at: float, done: _Open, said: Mapping[str, list[str]]) -> None:
        dropped, emptied, rewritten = self._went(said, done)
        rows: dict[str, dict[str, int]] = {"deleted": {}, "overwritten": {}}
        for (what, file), count in done.rows.items():
            known = self.tables.get(file)
            if known is None and self.only:
                self.unnamed += count
            elif file not in done.made and self._wanted(known):
                name = known.name if known is not None else _unknown(file)
                if name not in {*dropped, *emptied}:
                    rows[what][name] = rows[what].get(name, 0) + count
        gone = {"dropped": dropped, "emptied": emptied, "rewritten": rewritten}
        told = {"xid": xid, "at": at, **gone, **rows}
        if any(gone.values()):
            self._gone.append(told)
        else:
            self._rank(told, rows)

    def _rank(self, told: dict[str, Any], rows: Mapping[str, Mapping[str, int]]) -> None:
        """By how many rows it deleted, else by how many it overwrote; of as many the later one."""
        what = next((each for each in ("deleted", "overwritten") if rows[each]), None)
        if what is None:
            return
        self._ends += 1
        heapq.heappush(self._most[what], (sum(rows[what].values()), self._ends, told))
        if len(self._most[what]) > MOST:
            heapq.heappop(self._most[what])
            self.others += 1

    def _went(
        self, said: Mapping[str, list[str]], done: _Open
    ) -> tuple[list[str], list[str], list[str]]:
        """What is gone; of which tables the rows alone are; and which have another file.

        What the transaction has made itself nobody else has seen. One that is written anew, with
        all of its rows, has the file of a passing table of that number, which is made and dropped
        with it; one that moves to another place has no new file where it was.
        """
        numbers = {
            (int(database), int(number))
            for kind, database, number in (
                each.split("/")
                for each in said.get("dropped stats", ())
                if each.count("/") == 2  # noqa: PLR2004 - kind, database, number
            )
            if kind == _RELATION
        }
        files = dict(map(_placed, said.get("rels", ())))
        lost = [self._numbered.get(each) for each in sorted(numbers.difference(done.made))]
        dropped = [each.name for each in lost if each is not None and self._wanted(each)]
        if None in lost and not self.only:
            unseen = files.keys() - done.made.keys() - self.tables.keys()
            dropped += map(_unknown, sorted(unseen))
        dropped += self._databases(done.databases)
        had = (
            self.tables[each]
            for each, place in files.items()
            if each in self.tables and place in done.made.values()
        )
        names = sorted({each.name for each in had if self._wanted(each)}.difference(dropped))
        passing = numbers.intersection(done.made) - files.keys()
        return (dropped, [], names) if passing else (dropped, names, [])

    def _databases(self, numbers: Iterable[int]) -> list[str]:
        """With a database all of its tables are gone, also the one that is asked for."""
        known = ((each, self.tables.get((each, 0))) for each in sorted(numbers))
        return [f"the database {each.name if each else number}" for number, each in known]

    def _wanted(self, known: Table | None) -> bool:
        if known is None:  # it may be an index, or what another table's long values are in
            return not self.only
        return known.holds and (not self.only or self.only in {known.name, known.root})


def _unknown(file: File) -> str:
    return f"relation {file[1]}"


def _said(text: str) -> dict[str, list[str]]:
    """What a commit tells besides: words by what they are."""
    parts = (each.partition(":") for each in text.split(";"))
    return {name.strip(): words.split() for name, _, words in parts}


def _placed(path: str) -> tuple[File, str]:
    """A file, and the place in which it lies."""
    found = _FILE.match(path)
    return ((int(found[2]), int(found[3])), found[1]) if found is not None else ((0, 0), "")
