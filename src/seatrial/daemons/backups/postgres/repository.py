"""pgBackRest as it is called: https://pgbackrest.org/command.html."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import math
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.backups.command import CommandError, run
from seatrial.daemons.backups.postgres import info, verify
from seatrial.daemons.backups.postgres.info import Held
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.postgres.server import Server
from seatrial.daemons.backups.postgres.verify import Told

_SHORT = 120.0
_MEMBERS = 600.0  # one that says nothing takes a minute of it
_LONG = 24 * 3600.0
_PROGRAM = "pgbackrest"
_TAKEN = "is another pgBackRest"  # as it says that another one copies this server
_TURN, _PAUSE = 6 * 3600.0, 2.0
_HANDS = 4  # processes at most that restore files: somebody waits for it, as for no backup
# 29 is its FormatError, 95 its CryptoError: which of both another key is depends on what comes out
_UNREADABLE = re.compile(r"ended with (29|95): .*unable to load info file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where the backups of one server lie: a stanza for each of its histories."""

    plan: Plan
    server: Server

    @property
    def history(self) -> str:
        """The one that goes on. Raises OSError."""
        plan = self.plan
        return plan.histories.first if plan.data is None else plan.histories.of(plan.data)

    async def _run(
        self,
        command: str,
        *options: str,
        stanza: str = "",
        of: str = "",
        within: float = _SHORT,
        server: bool = True,
        into: Path | None = None,
    ) -> str:
        # its whole path: a restored server calls it again, from wherever that is started
        program = shutil.which(_PROGRAM)
        if program is None:
            raise CommandError(f"{_PROGRAM} is not there; run `seatrial engines install`")
        config = self.plan.config
        own = (f"--stanza={stanza}",) if stanza else ()
        words = (of,) if of else ()
        env = {**(self.plan.environment if server else {}), **self.server.environment}
        try:
            return await run(
                program,
                f"--config={config}",
                *own,
                *options,
                command,
                *words,
                env=env,
                within=within,
                into=into,
            )
        except CommandError as error:
            raise CommandError(explained(str(error), config)) from error

    async def opened(self) -> None:
        """Have a stanza that belongs to this server; harmless when repeated. Raises CommandError.

        That of another server is refused, so that two never share one; that of members is held
        against them by each backup.
        """
        # members of a region that is away are tried for minutes
        if self.plan.data is None and self.history in (await self.held()).histories:
            return
        await self._run("stanza-create", stanza=self.history, within=_MEMBERS)

    async def held(self) -> Held:
        """Look which backups are whole. Raises CommandError."""
        try:
            told = await self._run("info", "--output=json")
            return info.read(told, self.plan.histories, self.history)
        except ValueError as error:
            raise CommandError(str(error)) from error

    async def listed(self, folder: str) -> Mapping[str, float]:
        """What lies in a folder of it, and since when, in seconds since the epoch.

        Of what no time is told of it is endless. Raises CommandError and ValueError.
        """
        found = json.loads(await self._run("repo-ls", "--output=json", of=folder))
        return {name: float(each.get("time", math.inf)) for name, each in found.items()}

    async def fetch(self, path: str, into: Path) -> None:
        """Bring a file of it, as it is packed there. Raises CommandError."""
        await self._run("repo-get", of=path, stanza=self.history, into=into)

    async def line(self, folder: str, timeline: int) -> str:
        """The history file of a timeline, as it was archived. Raises CommandError."""
        return await self._run(
            "repo-get", of=f"{folder}/{timeline:08X}.history", stanza=self.history
        )

    async def verified(self, history: str) -> Told:
        """Read all that is held of a history. Raises CommandError and ValueError."""
        said = await self._run("verify", *verify.WORDS, stanza=history, within=_LONG, server=False)
        return verify.read(said)

    async def forget(self, history: str) -> None:
        """Delete all that is held of a history that has ended. Raises CommandError.

        pgBackRest deletes a stanza only while it is stopped.
        """
        await self._run("stop", stanza=history)
        try:
            await self._run("stanza-delete", "--force", stanza=history, within=_LONG)
        finally:
            await self._run("start", stanza=history)

    async def take(self, kind: str) -> None:
        """Take a backup; returns when it is whole and its log is archived. Raises CommandError.

        A server is copied into one place at a time: who comes second waits.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + _TURN
        while True:
            try:
                words = ("backup", f"--type={info.TYPES[kind]}")
                await self._run(*words, stanza=self.history, within=_LONG)
            except CommandError as error:
                if _TAKEN not in str(error) or loop.time() > until:
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def restore(
        self, label: str, history: str, target: float, into: Path, *, again: bool
    ) -> None:
        """Restore a backup into a folder, to be replayed up to `target` and led from there.

        `again`: go on with what an earlier restore left there. The restored server, a copy,
        archives nothing. Raises CommandError: each file is held against its checksum.
        """
        await self._run(
            "restore",
            f"--set={label}",
            f"--pg1-path={into}",
            "--type=time",
            f"--target={instant(target)}",
            "--target-action=promote",
            "--archive-mode=off",
            f"--process-max={min(_HANDS, os.cpu_count() or 1)}",
            *(("--delta",) if again else ()),
            stanza=history,
            within=_LONG,
            server=False,  # what is restored is a folder of ours, also where that is another's
        )


def explained(error: str, config: Path) -> str:
    """What it means that pgBackRest cannot read its own list of what it holds."""
    if not _UNREADABLE.search(error):
        return error
    return f"{error} (written with another key than that in {config}, or corrupt)"


def instant(seconds: float) -> str:
    """As PostgreSQL reads it, to the microsecond."""
    found = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return found.strftime("%Y-%m-%d %H:%M:%S.%f+00")
