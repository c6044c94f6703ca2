"""What the tables of a server are called, and were: of one that is dropped its log has a number.

A file remembers each name for as long as a restore reaches back.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.server import Server
from seatrial.daemons.backups.postgres.waldump import DATABASE, File, Table
from seatrial.daemons.shared.disk import written

# A name that could not be told from the lines and fields around it is nobody's.
_DATABASES = (
    "SELECT oid, datname FROM pg_database"
    " WHERE datallowconn AND NOT datistemplate AND datname !~ '[[:cntrl:]]'"
)
# What has no file, as a partitioned table, is known by its number, which is no file's with that
# sign. What nobody's rows are in is known, too, so that it is not taken for what is not.
_TABLES = (
    "SELECT c.oid, coalesce(pg_relation_filenode(c.oid)::bigint, -c.oid::bigint),"
    " CASE c.relpersistence WHEN 'p' THEN c.relkind ELSE 'x' END,"
    " regexp_replace(format('%I.%I', n.nspname, c.relname), '[[:cntrl:]]', '?', 'g'),"
    " CASE WHEN rc.oid IS NULL THEN '' ELSE"
    "  regexp_replace(format('%I.%I', rn.nspname, rc.relname), '[[:cntrl:]]', '?', 'g') END"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_class rc ON rc.oid = pg_partition_root(c.oid)"
    " LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace"
    " WHERE c.oid >= 16384"
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
        """Learn what is there now. Raises CommandError and ValueError."""
        self._remembered()
        now = self.clock()
        for number, database in await self.server.ask(_DATABASES):
            self._seen[int(number), 0] = (Table(name=database, oid=0, kind=DATABASE), now)
            with contextlib.suppress(CommandError):  # it may be that nobody is let in there
                for file, table in await self._of(database):
                    self._seen[int(number), file] = (table, now)
        self._seen = {x: each for x, each in self._seen.items() if each[1] > now - self.keep}
        self._remember()

    async def _of(self, database: str) -> list[tuple[int, Table]]:
        own = "" if database == self.server.login.database else f" of {database}"
        return [
            (
                int(file),
                Table(name=name + own, oid=int(oid), kind=kind, root=root and root + own),
            )
            for oid, file, kind, name, root in await self.server.ask(_TABLES, database=database)
        ]

    def _remembered(self) -> None:
        if self._read:
            return
        self._read = True
        try:
            rows = json.loads(self.file.read_text(encoding="utf-8"))
            for database, file, name, oid, kind, root, seen in rows:
                table = Table(name=name, oid=oid, kind=kind, root=root)
                self._seen[database, file] = (table, seen)
        except (OSError, ValueError, TypeError):
            self._seen = {}  # names alone are lost with it

    def _remember(self) -> None:
        rows = [[*file, *astuple(table), seen] for file, (table, seen) in self._seen.items()]
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            written(self.file, json.dumps(rows))
        except OSError as error:
            raise CommandError(f"{self.file} cannot be written: {error.strerror}") from error
