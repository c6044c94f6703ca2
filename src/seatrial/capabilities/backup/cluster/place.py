"""What stands beside the members, and in the places of the daemons of their backups.

`STORE-repository` keeps the backups at home, and the daemons stand in its place, but for the one of
a region that has members, which stands there: it outlives home. `STORE-pgbackrest` stands beside
each member, as its user. All of them show certificates of one authority.
"""

from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.cluster.reach import OWN, SHARED, reached
from seatrial.capabilities.backup.cluster.sites import Site, asked, sites
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres import place as alone
from seatrial.contract.authority import authority, certificate
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Volume, Workload
from seatrial.contract.placement import Placement, Seat
from seatrial.engines.patroni.config import PORTS as MEMBER
from seatrial.engines.pgbackrest import config
from seatrial.engines.pgbackrest import workload as server
from seatrial.engines.postgres import workload as postgres
from seatrial.system.model import System


def seats(system: System, store: str) -> tuple[Seat, ...]:
    """Theirs: the daemons have their own."""
    return (
        Seat(workload=place.repository(system, store), ports=server.PORTS),
        *(
            Seat(
                workload=each.beside,
                ports=server.PORTS,
                replicas=each.replicas,
                region=each.region,
            )
            for each in sites(system, store)
        ),
    )


def others(context: Context, store: str) -> tuple[Workload, ...]:
    """Who keeps the repository, and who stands beside each member."""
    system, placement = context.system, context.placement
    own = sites(system, store)
    return (
        _keeps(system, store, placement, own),
        *(_beside(system, store, placement, each) for each in own),
    )


def _keeps(system: System, store: str, placement: Placement, own: tuple[Site, ...]) -> Workload:
    signer, shown = place.repository(system, store), f"{OWN}/{server.SHOWN}"
    return server.workload(
        signer,
        signer=signer,
        config=server.text(
            alone.text(system, store, (alone.at_home(OWN),)),
            shown=shown,
            admitted=[each.address for site in own for each in placement.of(site.beside)],
        ),
        shown=shown,
        volumes=(Volume(name=place.REPOSITORY, path=place.REPOSITORY),),
        # who tries another region first for most of a minute holds the usual lock for as long
        apart=_apart(system, store, alone.at_home(OWN)),
        owner=system.stores[store].owner,
        why=f"keeps the backups of {store}, and its log",
    )


def _beside(system: System, store: str, placement: Placement, site: Site) -> Workload:
    lent = f"{SHARED}/{server.SHOWN}"
    callers = (place.repository(system, store), *_standing(system, store))
    return server.workload(
        site.beside,
        signer=place.repository(system, store),
        config=server.text(
            alone.text(system, store, ()),
            shown=lent,
            admitted=[each.address for name in callers for each in placement.of(name)],
        ),
        shown=lent,  # the member shows it, too, when it archives
        replicas=site.replicas,
        shares=site.members,
        after=(site.members,),
        # a member lets in one caller at a time under one lock, and does not say to others why not
        apart=_apart(system, store),
        env={"PGPASSWORD": f"${{secret.{store}}}"},
        secrets=(store,),
        region=site.region,
        owner=system.stores[store].owner,
        why=f"hands out the files of a member of {store} to who takes its backups",
    )


def _standing(system: System, store: str) -> tuple[str, ...]:
    """The daemons that show a certificate of their own."""
    every = (Keeper(store=store, region=each) for each in policy.elsewhere(system, store))
    return tuple(each.name for each in every if place.stands(system, each))


def _apart(system: System, store: str, *repositories: str) -> str:
    """The same with locks of its own, where there is another repository, in another region."""
    if not policy.elsewhere(system, store):
        return ""
    return alone.text(system, store, repositories, scratch=f"{alone.SCRATCH}/apart")


def secrets(system: System, keeper: Keeper) -> tuple[str, ...]:
    """The store's password, what certificates are signed with and held against, a region's."""
    signer = place.repository(system, keeper.store)
    signs = (authority(signer),) if place.stands(system, keeper) else ()
    return (keeper.store, certificate(signer), *signs, *alone.secrets(system, keeper))


def before(system: System, keeper: Keeper) -> tuple[str, ...]:
    """The words before the daemon's own, where it has no other's certificate to show."""
    return server.certified(f"{OWN}/{server.SHOWN}") if place.stands(system, keeper) else ()


def files(context: Context, keeper: Keeper) -> tuple[File, ...]:
    """The daemon's own configuration of pgBackRest, and that of a copy's server."""
    signer = place.repository(context.system, keeper.store)
    return (
        *alone.files(context, keeper),
        server.trusted(signer),
        *((server.signing(signer),) if place.stands(context.system, keeper) else ()),
        *postgres.files(keeper.store),
    )


def plan(context: Context, keeper: Keeper) -> Mapping[str, Any]:
    """What the daemon's plan says besides: it asks the primary, wherever that is."""
    store = keeper.store
    found = dict(alone.plan(context, keeper))
    answers = asked(context.system, context.placement, keeper)
    login = {"host": answers.host, "port": answers.port, "password": f"{OWN}/password"}
    return {
        **found,
        "environment": _servers(context, keeper),
        "data": "",
        "settings": f"{OWN}/postgresql.conf",
        "server": {**found["server"], **login},
        "unable": f"{store} has several members, and a copy cannot take the place of all of them",
    }


def _servers(context: Context, keeper: Keeper) -> Mapping[str, str]:
    """Every member, as pgBackRest reaches it: it takes the one that is the primary."""
    system, placement = context.system, context.placement
    own = OWN if place.stands(system, keeper) else SHARED
    every = [
        (site, each) for site in sites(system, keeper.store) for each in placement.of(site.beside)
    ]
    found: dict[str, str] = {}
    for number, (site, each) in enumerate(every, 1):
        folder = f"${{folder.{site.members}.{each.replica}}}"
        apart = f"${{folder.{site.beside}.{each.replica}}}/{server.APART}"
        found |= config.server(
            data=f"{folder}/data",
            socket=folder,
            port=MEMBER["sql"],
            user=postgres.USER,
            database=postgres.DATABASE,
            number=number,
            host=reached(each, shown=own, reads=apart if keeper.region else ""),
        )
    return found
