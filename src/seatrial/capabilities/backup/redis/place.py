"""What stands in the place of the daemon that takes the snapshots of a Redis store."""

from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy, restic
from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.capability import Context
from seatrial.contract.output import Addition, File
from seatrial.engines.redis import copies, workload
from seatrial.system.model import System

DAEMON_PORTS = {place.HTTP: 8080, "redis": 6379, "drill": 6380}
_COPY, _PASSWORD = "copy.conf", "password"


def additions(_system: System, _store: str) -> tuple[Addition, ...]:
    """The store's own server needs nothing: snapshots are taken over the network."""
    return ()


def secrets(system: System, keeper: Keeper) -> tuple[str, ...]:
    """The store's password, where it has one; what leads into another region."""
    found = workload.secret(system, keeper.store)
    return (*((found,) if found else ()), *restic.secrets(keeper))


def files(context: Context, keeper: Keeper) -> tuple[File, ...]:
    """A copy's configuration, the store's password, what leads into another region."""
    store, secret = keeper.store, workload.secret(context.system, keeper.store)
    settings = File(
        path=_COPY,
        text=copies.configuration(secret),
        why=f"how a restored copy of {store} is run",
        secret=bool(secret),
    )
    password = File(
        path=_PASSWORD,
        text=f"${{secret.{secret}}}\n",
        why=f"what {store} asks of who takes its snapshots",
        secret=True,
    )
    return (settings, *((password,) if secret else ()), *restic.files(keeper))


def plan(context: Context, keeper: Keeper) -> Mapping[str, Any]:
    """What the daemon's plan says besides."""
    store = keeper.store
    server = context.placement.endpoint(store, "redis")
    secret = workload.secret(context.system, store)
    return {
        "repository": f"${{self.dir}}/{place.REPOSITORY}",
        "lies": "" if keeper.region else f"${{self.dir}}/{place.REPOSITORY}",
        "far": restic.plan(context, keeper),
        "keep": policy.of(context.system, store).keep.seconds,
        "data": f"${{self.shared}}/{workload.DATA}",
        "mark": copies.MARK,
        "settings": f"${{self.dir}}/{_COPY}",
        "server": {
            "host": server.host,
            "port": server.port,
            "database": copies.SEATRIAL,
            "password": f"${{self.dir}}/{_PASSWORD}" if secret else "",
        },
        "port": "${self.ports.redis}",
        "drill_port": "${self.ports.drill}",
    }
