"""What stands in the place of a PostgreSQL store and of the daemons of its backups."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.authority import certificate
from seatrial.contract.capability import Context
from seatrial.contract.output import Addition, File, Volume
from seatrial.contract.placement import Placement
from seatrial.engines.pgbackrest import config
from seatrial.engines.postgres import archiving
from seatrial.engines.postgres.workload import DATABASE, PORTS, USER
from seatrial.engines.versitygw import workload as vault
from seatrial.system.model import System

DAEMON_PORTS = {place.HTTP: 8080, "sql": 5432, "drill": 5433}
CONFIG = "pgbackrest.conf"
OWN, BESIDE = "${self.dir}", "${self.shared}"  # the store's folder: to itself, to its daemon
SCRATCH = "${self.dir}/tmp"


def text(
    system: System,
    store: str,
    repositories: Sequence[config.Repository],
    *,
    scratch: str = SCRATCH,
) -> str:
    """The configuration of pgBackRest."""
    return config.text(scratch, repositories, keep=policy.of(system, store).keep.seconds)


def at_home(folder: str) -> str:
    """The repository beside the server's data, in the store's `folder`."""
    return f"{folder}/{place.REPOSITORY}"


def trusted(region: str) -> str:
    """The file with what the server of that region is held against."""
    return f"{region}.pem"


def bucket(
    placement: Placement, store: str, region: str, named: str = vault.BUCKET
) -> config.Bucket:
    """The repository in another region; `named` is a bucket there."""
    name = place.vault(store, region)
    server = placement.endpoint(name, "s3")
    return config.Bucket(
        folder=store,
        bucket=named,
        region=region,
        host=server.host,
        port=server.port,
        authority=f"${{self.dir}}/{trusted(region)}",
        key=vault.KEY,
        password=f"${{secret.{vault.password(name)}}}",
        cipher=f"${{secret.{place.cipher(store, region)}}}",
    )


def shown(store: str, region: str) -> File:
    """What the certificate of that region's server is held against."""
    return File(
        path=trusted(region),
        text=f"${{secret.{certificate(place.vault(store, region))}}}\n",
        why=f"what the certificate shown in {region} is held against",
    )


def lent(store: str, region: str) -> tuple[str, ...]:
    """What who sends or keeps backups there must know: it encrypts them."""
    name = place.vault(store, region)
    return (vault.password(name), place.cipher(store, region), certificate(name))


def secrets(_system: System, keeper: Keeper) -> tuple[str, ...]:
    """What only who keeps backups elsewhere must know: it encrypts them."""
    return lent(keeper.store, keeper.region) if keeper.region else ()


def additions(system: System, store: str) -> tuple[Addition, ...]:
    """The server archives its log into a repository beside its data, and into each elsewhere."""
    target = policy.rpo(system, store)
    regions = policy.elsewhere(system, store)
    found = Addition(
        workload=store,
        argv=archiving.words(
            command=config.archive_command(f"${{self.dir}}/{CONFIG}", f"{OWN}/data"),
            timeout=policy.archive_timeout(target),
        ),
        files=tuple(shown(store, each) for each in regions),
        placed=partial(_archiving, system, store),
        volumes=(Volume(name=place.REPOSITORY, path=place.REPOSITORY),),
        tools=("pgbackrest",),
        secrets=tuple(name for each in regions for name in lent(store, each)),
    )
    return (found,)


def _archiving(system: System, store: str, placement: Placement) -> tuple[File, ...]:
    regions = policy.elsewhere(system, store)
    every: tuple[config.Repository, ...] = (
        at_home(OWN),
        *(bucket(placement, store, each) for each in regions),
    )
    return (
        File(
            path=CONFIG,
            text=text(system, store, every),
            why="where the server archives its log",
            secret=bool(regions),
        ),
    )


def files(context: Context, keeper: Keeper) -> tuple[File, ...]:
    """The daemon's own configuration of pgBackRest: it knows of the one repository alone.

    So a restore from another region reads no backup that lies at home.
    """
    store, region = keeper.store, keeper.region
    own = bucket(context.placement, store, region) if region else at_home(BESIDE)
    found = File(
        path=CONFIG,
        text=text(context.system, store, (own,)),
        why=f"where the backups of {keeper.subject} lie, and how long they are kept",
        secret=bool(region),
    )
    return (found, shown(store, region)) if region else (found,)


def plan(context: Context, keeper: Keeper) -> Mapping[str, Any]:
    """What the daemon's plan says besides."""
    server = context.placement.endpoint(keeper.store, "sql")
    return {
        "stanza": config.STANZA,
        "mark": config.MARK,
        "keep": policy.of(context.system, keeper.store).keep.seconds,
        "config": f"${{self.dir}}/{CONFIG}",
        "environment": config.server(
            data=f"{BESIDE}/data",
            socket=BESIDE,
            port=PORTS["sql"],
            user=USER,
            database=DATABASE,
        ),
        "data": f"{BESIDE}/data",
        "lies": "" if keeper.region else at_home(BESIDE),
        "settings": f"{BESIDE}/postgresql.conf",
        # what an empty repository elsewhere says nothing of was laid long ago, and may be lost
        "lays": not keeper.region,
        "server": {
            "host": server.host,
            "port": server.port,
            "user": USER,
            "database": DATABASE,
            "password": f"{BESIDE}/password",
        },
        "port": "${self.ports.sql}",
        "drill_port": "${self.ports.drill}",
    }
