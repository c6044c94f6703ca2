"""What stands in the places of the members, beside them, and of the daemon of their backups.

`STORE-repository` keeps the backups, and the daemon stands in its place. `STORE-pgbackrest` stands
beside each member, as its user. All three kinds show certificates of one authority.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres import place as alone
from seatrial.contract.authority import certificate
from seatrial.contract.capability import Context
from seatrial.contract.output import Addition, File, Volume, Workload
from seatrial.contract.placement import Location, Placement, Seat
from seatrial.engines.patroni import archiving
from seatrial.engines.patroni.config import PORTS as MEMBER
from seatrial.engines.patroni.workload import ARCHIVING
from seatrial.engines.pgbackrest import archive, config
from seatrial.engines.pgbackrest import workload as server
from seatrial.engines.postgres import workload as postgres
from seatrial.system.held import holder, members
from seatrial.system.model import System

_OWN, _SHARED = "${self.dir}", "${self.shared}"
_DATA = f"{_OWN}/data"


def beside(store: str) -> str:
    """Who hands out the files of each member."""
    return f"{store}-pgbackrest"


def seats(system: System, store: str) -> tuple[Seat, ...]:
    """Theirs: the daemon has its own."""
    count = members(system, store)
    return (
        Seat(workload=place.repository(system, store), ports=server.PORTS),
        Seat(workload=beside(store), ports=server.PORTS, replicas=count),
    )


def others(context: Context, store: str) -> tuple[Workload, ...]:
    """Who keeps the repository, and who stands beside each member."""
    system, placement = context.system, context.placement
    signer, held = place.repository(system, store), holder(system, store)
    owner = system.stores[store].owner
    keeps, *_ = placement.of(signer)
    shown, lent = f"{_OWN}/{server.SHOWN}", f"{_SHARED}/{server.SHOWN}"
    return (
        server.workload(
            signer,
            signer=signer,
            config=server.text(
                alone.text(system, store, (alone.at_home(_OWN),)),
                shown=shown,
                admitted=[each.address for each in placement.of(beside(store))],
            ),
            shown=shown,
            volumes=(Volume(name=place.REPOSITORY, path=place.REPOSITORY),),
            apart=_apart(system, store),
            owner=owner,
            why=f"keeps the backups of {store}, and its log",
        ),
        server.workload(
            beside(store),
            signer=signer,
            config=server.text(alone.text(system, store, ()), shown=lent, admitted=[keeps.address]),
            shown=lent,  # the member shows it, too, when it archives
            replicas=members(system, store),
            shares=held,
            after=(held,),
            env={"PGPASSWORD": f"${{secret.{store}}}"},
            secrets=(store,),
            owner=owner,
            why=f"hands out the files of a member of {store} to who takes its backups",
        ),
    )


def _apart(system: System, store: str) -> str:
    """The repository with locks of its own, where there is another one, in another region.

    Who tries that first for most of a minute holds the usual lock here, too, for as long.
    """
    if not policy.elsewhere(system, store):
        return ""
    return alone.text(system, store, (alone.at_home(_OWN),), scratch=f"{alone.SCRATCH}/apart")


def addition(system: System, store: str) -> Addition:
    """Whichever member is the primary archives into each repository; the others read at home."""
    signer, regions = place.repository(system, store), policy.elsewhere(system, store)
    push, get = archive.push(_DATA), archive.get(_DATA)
    timeout = policy.archive_timeout(policy.rpo(system, store))
    each_alone = tuple(f"{_OWN}/{_only(region)}" for region in ("", *regions) if regions)
    return Addition(
        workload=holder(system, store),
        # named by a variable, so that the members are started anew: archive_mode takes that
        env=archive.environment(f"{_OWN}/{alone.CONFIG}"),
        files=(
            File(
                path=ARCHIVING,
                text=archiving.text(
                    push=push,
                    back=archive.push(_DATA, *each_alone[:1]),
                    restore=get,
                    timeout=timeout,
                ),
                why="how the log is archived by whoever is the primary",
            ),
            File(
                path=archiving.PROMOTED,
                text=archiving.promoted(
                    [archive.push(_DATA, each) for each in each_alone] or [push]
                ),
                why="archives what the primary before had not archived when it was lost",
            ),
            server.trusted(signer),
            *(alone.shown(store, each) for each in regions),
        ),
        placed=partial(_archiving, system, store),
        tools=("pgbackrest",),
        secrets=(
            _trusted(system, store),
            *(name for each in regions for name in alone.lent(store, each)),
        ),
    )


def _archiving(system: System, store: str, placement: Placement) -> tuple[File, ...]:
    regions = policy.elsewhere(system, store)
    home = reached(system, store, placement)
    far = {each: alone.bucket(placement, store, each) for each in regions}
    keeps = f"${{folder.{place.repository(system, store)}.0}}"
    every: dict[str, config.Repository] = {
        "": replace(home, config=f"{keeps}/{server.APART}"),
        **far,
    }
    only = tuple(
        File(
            path=_only(region),
            text=alone.text(system, store, (each,)),
            why="where what another primary had not archived goes, each by itself",
            secret=bool(region),
        )
        for region, each in every.items()
        if regions
    )
    return (
        File(
            path=alone.CONFIG,
            text=alone.text(system, store, (home, *far.values())),
            why="where the log is archived",
            secret=bool(regions),
        ),
        *only,
        File(
            path=archiving.LED,
            text=archiving.led(placement.endpoint(store, "sql")),
            why="has a timeline's history archived once the store leads to who began it",
        ),
    )


def reached(system: System, store: str, placement: Placement) -> config.Host:
    """The repository at home, as a member reaches it."""
    (keeps,) = placement.of(place.repository(system, store))
    return _reached(keeps, folder=_OWN, shown=_OWN)


def _only(region: str) -> str:
    """The file that names the one repository, at home or in a region."""
    return f"only.{region}.conf" if region else "only.conf"


def _reached(location: Location, *, folder: str, shown: str) -> config.Host:
    """A pgBackRest, as it is reached from who trusts and shows what lies in these folders."""
    answers = location.endpoint("tls")
    return config.Host(
        host=answers.host,
        port=answers.port,
        authority=f"{folder}/{server.TRUSTED}",
        shown=f"{shown}/{server.SHOWN}",
    )


def _trusted(system: System, store: str) -> str:
    return certificate(place.repository(system, store))


def secrets(system: System, keeper: Keeper) -> tuple[str, ...]:
    """The store's password, what a member's certificate is held against, and a region's."""
    return (keeper.store, _trusted(system, keeper.store), *alone.secrets(system, keeper))


def files(context: Context, keeper: Keeper) -> tuple[File, ...]:
    """The daemon's own configuration of pgBackRest, and that of a copy's server."""
    return (
        *alone.files(context, keeper),
        server.trusted(place.repository(context.system, keeper.store)),
        *postgres.files(keeper.store),
    )


def plan(context: Context, keeper: Keeper) -> Mapping[str, Any]:
    """What the daemon's plan says besides: it asks the primary, wherever that is."""
    store = keeper.store
    found = dict(alone.plan(context, keeper))
    return {
        **found,
        "environment": _servers(context, store),
        # the daemons of all places have one: a member lets in one at a time, and does not say so
        "turns": f"{_SHARED}/turns",
        "data": "",
        "settings": f"{_OWN}/postgresql.conf",
        "server": {**found["server"], "password": f"{_OWN}/password"},
        "unable": f"{store} has several members, and a copy cannot take the place of all of them",
    }


def _servers(context: Context, store: str) -> Mapping[str, str]:
    """Every member, as pgBackRest reaches it: it takes the one that is the primary."""
    placement, held = context.placement, holder(context.system, store)
    found: dict[str, str] = {}
    for number, each in enumerate(placement.of(beside(store)), 1):
        folder = f"${{folder.{held}.{each.replica}}}"
        found |= config.server(
            data=f"{folder}/data",
            socket=folder,
            port=MEMBER["sql"],
            user=postgres.USER,
            database=postgres.DATABASE,
            number=number,
            host=_reached(each, folder=_OWN, shown=_SHARED),
        )
    return found
