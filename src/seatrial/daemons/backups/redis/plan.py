"""What a plan says of a Redis server besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups import plan
from seatrial.daemons.backups.far import Far
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.redis import snapshots
from seatrial.daemons.backups.redis.away import Away
from seatrial.daemons.backups.redis.home import Home
from seatrial.daemons.backups.redis.repository import Repository
from seatrial.daemons.backups.redis.snapshots import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a Redis server answers; `password` is the file that holds it, None where it has none.

    `database` is the number of the one that holds what we write: users' own stay as they are.
    """

    host: str
    port: int
    database: int
    password: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(plan.Plan):
    """Snapshots lie in the `repository` for `keep` seconds; a copy's server has the `settings`.

    `data` is the server's own folder, which says of which of its `histories` it is. An invariant is
    a command that answers 1.
    """

    repository: Repository
    keep: float
    data: Path
    histories: Histories
    settings: Path
    server: Login

    def own(self, key: str) -> str:
        """A key that is ours alone: into another region others copy the same server."""
        return f"{key}:{self.region}" if self.region else key


def read(found: Mapping[str, Any]) -> Plan:
    """Read a plan. Raises KeyError, TypeError, ValueError and AttributeError."""
    server = found["server"]
    return Plan(
        **plan.common(found),
        repository=_repository(found),
        keep=float(found["keep"]),
        data=Path(found["data"]),
        histories=Histories(first=snapshots.FIRST, mark=str(found["mark"])),
        settings=Path(found["settings"]),
        server=Login(
            host=str(server["host"]),
            port=int(server["port"]),
            database=int(server["database"]),
            password=Path(server["password"]) if server["password"] else None,
        ),
    )


def _repository(found: Mapping[str, Any]) -> Repository:
    path = Path(found["repository"])
    if far := found["far"]:
        return Away(far=Far.read(far, str(found["store"]), path), folder=Folder(path))
    return Home(Folder(path))
