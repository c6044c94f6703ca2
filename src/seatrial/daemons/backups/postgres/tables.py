"""What the tables of a server are called, and were: of one that is dropped its log has a number.

A file remembers each name for as long as a restore reaches back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.server import Server
from seatrial.daemons.backups.postgres.waldump import File, Table

_DATABASES = "SELECT oid, datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
# A partitioned table has no file: its number stands for it, which is no file's with that sign.
_TABLES = (
    "SELECT c.oid, coalesce(pg_relation_filenode(c.oid)::bigint, -c.oid::bigint), c.relkind,"
    " regexp_replace(format('%I.%I', n.nspname, c.relname), '[[:cntrl:]]', '?', 'g')"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.oid >= 16384 AND c.relpersistence = 'p'"
    " AND c.relkind IN ('r', 'p', 'i', 't', 'm', 'S')"
)


@dataclass(slots=True, kw_only=True)
class Tables:
    """Those of one server; `keep` is in seconds."""

    server: Server
    file: Path
    keep: float
    clock: Callable[[], float] = time.time
    _seen: dict[File, tuple[Table, float]] = field(default_factory=dict, init=False)
    _read: bool = field(default=False, init=False)

    @property
    def known(self) -> Mapping[File, Table]:
        """By the files that hold them, or did."""
        self._remembered()
        return {file: table for file, (table, _) in self._seen.items()}

    async def look(self) -> None:
        """Learn what is there now. Raises CommandError."""
        self._remembered()
        now, own = self.clock(), self.server.login.database
        for number, database in await self.server.ask(_DATABASES):
            suffix = "" if database == own else f" of {database}"
            for oid, file, kind, name in await self.server.ask(_TABLES, database=database):
                table = Table(name=name + suffix, oid=int(oid), kind=kind)
                self._seen[int(number), int(file)] = (table, now)
        self._seen = {x: each for x, each in self._seen.items() if each[1] > now - self.keep}
        self._remember()

    def _remembered(self) -> None:
        if self._read:
            return
        self._read = True
        try:
            rows = json.loads(self.file.read_text(encoding="utf-8"))
            for database, file, name, oid, kind, seen in rows:
                self._seen[database, file] = (Table(name=name, oid=oid, kind=kind), seen)
        except (OSError, ValueError, TypeError):
            self._seen = {}  # names alone are lost with it

    def _remember(self) -> None:
        rows = [
            [*file, table.name, table.oid, table.kind, seen]
            for file, (table, seen) in self._seen.items()
        ]
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            passing = self.file.with_suffix(".new")
            passing.write_text(json.dumps(rows), encoding="utf-8")
            passing.replace(self.file)
        except OSError as error:
            raise CommandError(f"{self.file} cannot be written: {error.strerror}") from error
