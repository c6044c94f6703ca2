"""What the capability must know of a product to have it backed up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule
from seatrial.contract.output import Addition, File, Volume, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.scenario import Expectation
from seatrial.engines.pgbackrest.config import Bucket
from seatrial.system.model import System

Alert = Callable[[str, str, str], AlertRule]  # of the daemon, the owner, the store
Expected = Callable[[Context, str], Expectation]
Archiving = Callable[[Context, str, Bucket], AlterFile]
ExpectedElsewhere = Callable[[Context, Keeper], Expectation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Functions take the name of what is backed up, or who keeps its backups in one place.

    `ports` are the daemon's: HTTP, a copy's, a drill's copy's. `plan` is what its plan says besides
    what every product's does, `before` are words before its own; `files`, `volumes`, `secrets` and
    `tools` stand beside what is its own. Where it `shares`, it stands in the place in which the
    backups lie, which is the store's unless that has several; a copy can take the store's where one
    `takes` it; it is `searched` where its log tells what took rows away, and `archiving` has that
    sent into a bucket. `additions` are what the store's own servers need, `seats` and `others` what
    else runs for that. `lost` says what is lost with a late backup, which is one that is older than
    `late` seconds; `seen` are the series without which nobody knows how the backups are. `server`
    are alerts about the server itself; `elsewhere` is expected of a restore from another region,
    for which `abroad` are tools, too. A copy `loads` all of the store into memory. Of what is
    backed up by `commands` the daemon runs those of a service.
    """

    ports: Mapping[str, int] = field(hash=False)
    plan: Callable[[Context, Keeper], Mapping[str, Any]]
    files: Callable[[Context, Keeper], tuple[File, ...]]
    additions: Callable[[System, str], tuple[Addition, ...]]
    volumes: tuple[Volume, ...]
    secrets: Callable[[System, Keeper], tuple[str, ...]]
    tools: tuple[str, ...]
    shares: bool
    takes: bool
    late: Callable[[System, str], float]
    lost: str
    seen: tuple[str, ...]
    alerts: tuple[Alert, ...]
    server: tuple[Alert, ...]
    expectations: tuple[Expected, ...]
    elsewhere: tuple[ExpectedElsewhere, ...]
    abroad: tuple[str, ...] = ()
    seats: Callable[[System, str], tuple[Seat, ...]] = lambda *_: ()
    before: Callable[[System, Keeper], tuple[str, ...]] = lambda *_: ()
    others: Callable[[Context, str], tuple[Workload, ...]] = lambda *_: ()
    searched: bool = False
    archiving: Archiving | None = None
    loads: bool = False
    commands: bool = False
