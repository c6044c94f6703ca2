"""The rows of a trail in a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from seatrial.daemons.backups import trail
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.canary import Canary
from seatrial.daemons.backups.postgres.server import OWN, Server
from seatrial.daemons.backups.trail import Row

_TIMELINE = "SELECT pg_walfile_name(pg_current_wal_lsn())"  # whose name begins with it


@dataclass(kw_only=True)
class Trail(trail.Trail):
    """They are written into `server`."""

    server: Server
    timeline: str = ""  # of the server when it began
    _canary: Canary | None = field(default=None, init=False)

    async def _wiped(self) -> None:
        """Those of drills before are nobody's."""
        await self.server.ask("DELETE FROM canary", database=OWN)
        self.timeline = await self.now()

    def _own(self, drill: str) -> Canary:
        """One session of psql at a time."""
        self._canary = Canary(server=self.server, drill=drill, clock=self.clock, pause=trail.PAUSE)
        return self._canary

    @property
    def rows(self) -> Sequence[Row]:
        """Each that was sent, in order."""
        return self._canary.rows if self._canary is not None else ()

    async def now(self) -> str:
        """On which timeline the server writes. Raises CommandError."""
        return (await self.server.value(_TIMELINE))[:8]

    async def there(self, server: Server | None = None) -> set[int]:
        """The numbers of those that are there on a server, by default its own.

        Raises CommandError, also where none are written.
        """
        if self._canary is None:
            raise CommandError("nobody writes rows")
        return await self._canary.there(server or self.server)

    async def end(self) -> None:
        """Write no more; what was written is known no more."""
        await super().end()
        self._canary = None
