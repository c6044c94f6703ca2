"""The rows of a trail in a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.daemons.backups import trail
from seatrial.daemons.backups.postgres.canary import Canary
from seatrial.daemons.backups.postgres.server import OWN, Server


@dataclass(kw_only=True)
class Trail(trail.Trail):
    """They are written into `server`."""

    server: Server

    async def _wiped(self) -> None:
        """Those of drills before are nobody's."""
        await self.server.ask("DELETE FROM canary", database=OWN)

    def _own(self, drill: str) -> Canary:
        """One session of psql at a time."""
        return Canary(server=self.server, drill=drill, clock=self.clock, pause=trail.PAUSE)
