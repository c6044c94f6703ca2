"""What stands in the place of a PostgreSQL store and of the daemon of its backups."""

from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy
from seatrial.contract.capability import Context
from seatrial.contract.output import Addition, File, Volume
from seatrial.engines.pgbackrest import config
from seatrial.engines.postgres import archiving
from seatrial.engines.postgres.workload import DATABASE, PORTS, USER
from seatrial.system.model import System

DAEMON_PORTS = {place.HTTP: 8080, "sql": 5432, "drill": 5433}
CONFIG = "pgbackrest.conf"
_SHARED = "${self.shared}"


def text(system: System, store: str, folder: str, scratch: str, repository: str = "") -> str:
    """The configuration of pgBackRest, as seen by who finds the store's folder at `folder`."""
    return config.text(
        config.Paths(
            repository=repository or f"{folder}/{place.REPOSITORY}",
            data=f"{folder}/data",
            socket=folder,
            scratch=scratch,
        ),
        keep=policy.of(system, store).keep.seconds,
        port=PORTS["sql"],
        user=USER,
        database=DATABASE,
    )


def addition(system: System, store: str) -> Addition:
    """The server archives its log into a repository beside its data."""
    target = policy.rpo(system, store)
    return Addition(
        store=store,
        argv=archiving.words(
            command=config.archive_command(f"${{self.dir}}/{CONFIG}"),
            timeout=policy.archive_timeout(target),
        ),
        files=(
            File(
                path=CONFIG,
                text=text(system, store, "${self.dir}", "${self.dir}/tmp"),
                why="where the server archives its log",
            ),
        ),
        volumes=(Volume(name=place.REPOSITORY, path=place.REPOSITORY),),
        tools=("pgbackrest",),
    )


def files(system: System, store: str) -> tuple[File, ...]:
    """The daemon's own configuration of pgBackRest."""
    return (
        File(
            path=CONFIG,
            text=text(system, store, _SHARED, "${self.dir}/tmp"),
            why=f"where the backups of {store} lie, and how long they are kept",
        ),
    )


def plan(context: Context, store: str) -> Mapping[str, Any]:
    """What the daemon's plan says besides."""
    server = context.placement.endpoint(store, "sql")
    return {
        "stanza": config.STANZA,
        "config": f"${{self.dir}}/{CONFIG}",
        "data": f"{_SHARED}/data",
        "settings": f"{_SHARED}/postgresql.conf",
        "server": {
            "host": server.host,
            "port": server.port,
            "user": USER,
            "database": DATABASE,
            "password": f"{_SHARED}/password",
        },
        "port": "${self.ports.sql}",
    }
