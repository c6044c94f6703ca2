"""Asks a PostgreSQL server by its own psql; the password is never among its words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from seatrial.daemons.backups.command import CommandError, run
from seatrial.daemons.backups.postgres.plan import Login
from seatrial.daemons.shared import psql

OWN = "seatrial"  # the database that holds what drills write: users' own stays as it is
_ALONE = "SELECT pg_advisory_lock(20);\n"  # until the session ends: another daemon may do the same
_THERE = f"SELECT 1 FROM pg_database WHERE datname = '{OWN}'"  # noqa: S608 - of our making
_DATABASE = f"SELECT 'CREATE DATABASE {OWN}' WHERE NOT EXISTS ({_THERE}) \\gexec\n"
_TABLES = """
CREATE TABLE IF NOT EXISTS canary (drill text, number integer, PRIMARY KEY (drill, number));
CREATE TABLE IF NOT EXISTS keystone (mark text PRIMARY KEY);
"""
_LAY = "INSERT INTO keystone VALUES ('laid before the first backup') ON CONFLICT DO NOTHING;"
KEYSTONE = "SELECT count(*) = 1 FROM keystone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One that answers at `login`."""

    login: Login

    def at(self, host: str, port: int) -> Server:
        """A copy of it that answers elsewhere, with the same users."""
        return Server(login=replace(self.login, host=host, port=port))

    @property
    def environment(self) -> Mapping[str, str]:
        """What libpq is told by variables. Raises CommandError without the password."""
        try:
            return {"PGPASSWORD": self.login.password.read_text(encoding="utf-8").strip()}
        except OSError as error:
            raise CommandError(f"the password cannot be read: {error.strerror}") from error

    def words(self, database: str = "") -> tuple[str, ...]:
        """The command line of psql, which ends at the first error."""
        login = self.login
        own = psql.words(
            host=login.host,
            port=login.port,
            user=login.user,
            database=database or login.database,
        )
        return (*own, "--set=ON_ERROR_STOP=1")

    async def ask(self, query: str, *, database: str = "", within: float = 30.0) -> list[list[str]]:
        """The rows of an answer, as texts. Raises CommandError."""
        words = self.words(database)
        said = await run(*words, env=self.environment, within=within, stdin=query)
        return [line.split("\t") for line in said.removesuffix("\n").split("\n")] if said else []

    async def value(self, query: str, *, database: str = "") -> str:
        """The first field of the first row; empty where there is none. Raises CommandError."""
        rows = await self.ask(query, database=database)
        return rows[0][0] if rows else ""

    async def furnished(self, *, first: bool) -> None:
        """Have there what drills write into. Raises CommandError.

        The keystone is laid only before the `first` backup: later, that it is gone is a loss.
        """
        try:
            await self.ask(_ALONE + _DATABASE)
        except CommandError:
            # whoever writes through a cluster makes it, too, at the same moment perhaps
            if not await self.ask(_THERE):
                raise
        await self.ask(_ALONE + _TABLES + (_LAY if first else ""), database=OWN)

    async def archived(self, within: float) -> float:
        """Close the segment that is written to; seconds until the repository has it.

        Raises CommandError where that takes longer than `within`.
        """
        loop = asyncio.get_running_loop()
        # a commit after all others: a server that is restored replays until it meets a later one
        await self.ask("SELECT pg_logical_emit_message(true, 'seatrial', 'here')")
        segment = await self.value("SELECT pg_walfile_name(pg_switch_wal())")
        began = loop.time()
        while loop.time() - began < within:
            last = await self.value("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver")
            if last[8:24] >= segment[8:24]:  # without the timeline: a restore begins another
                return loop.time() - began
            await asyncio.sleep(0.1)
        failed = await self.value("SELECT coalesce(last_failed_wal, '') FROM pg_stat_archiver")
        raise CommandError(
            f"the segment {segment} did not reach the repository within {within:.0f} s"
            + (f"; the server failed to archive {failed}" if failed else "")
        )
