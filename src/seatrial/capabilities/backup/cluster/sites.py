"""Where a store that fails over has members: at home, and perhaps in another region."""

from dataclasses import dataclass

from seatrial.capabilities.backup import place
from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.placement import Endpoint, Placement
from seatrial.system.held import holder, members, other
from seatrial.system.model import System
from seatrial.system.regions import called, home


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The `members` in one `region`, which has no name at home, and who stands beside each.

    `front` is what leads to the primary from there, wherever that is.
    """

    region: str
    front: str
    members: str
    beside: str
    replicas: int


def sites(system: System, store: str) -> tuple[Site, ...]:
    """Home first."""
    first, region = home(system), other(system, store)

    def site(named: str) -> Site:
        where = named or first
        return Site(
            region=named,
            front=called(store, where, first),
            members=called(holder(system, store), where, first),
            beside=called(f"{store}-pgbackrest", where, first),
            replicas=members(system, store),
        )

    return (site(""), *((site(region),) if region else ()))


def asked(system: System, placement: Placement, keeper: Keeper) -> Endpoint:
    """Where the store answers whoever keeps its backups: in the region in which that stands."""
    found = {each.region: each.front for each in sites(system, keeper.store)}
    return placement.endpoint(found[place.stands(system, keeper)], "sql")
