"""Where backups are taken, and what the daemons that take them are called."""

from dataclasses import dataclass

from seatrial.capabilities.backup import policy
from seatrial.contract.action import Answering
from seatrial.contract.runtime import Headers
from seatrial.engines.patroni.config import REST
from seatrial.system.held import fails_over, other
from seatrial.system.model import System

LOCAL, CONTAINERS = "local", "compose"
RUNTIMES = (LOCAL, CONTAINERS)
HTTP = "http"
PLAN = "plan.json"  # what a daemon is to do, in its own folder
REPOSITORY = "repository"  # the folder in which backups lie, and the volume's name


def named(store: str, region: str = "") -> str:
    """The daemon that takes the backups of a store, at home or into another region."""
    return f"{store}-backups-{region}" if region else f"{store}-backups"


def orders(store: str, region: str = "") -> str:
    """The secret that whoever gives the daemon an order shows."""
    return f"{named(store, region)}-orders"


def shown(store: str, region: str = "") -> Headers:
    """The headers that show it, with its name for the runtime to fill."""
    return (("authorization", f"Bearer ${{secret.{orders(store, region)}}}"),)


def scenario_of(store: str, region: str = "") -> str:
    """The scenario that restores this store, from home or from another region."""
    return f"restore-{store}-from-{region}" if region else f"restore-{store}"


def repository(system: System, store: str) -> str:
    """In whose place the backups lie: in the store's own, or beside its several members."""
    return f"{store}-{REPOSITORY}" if fails_over(system, store) else store


def writing(system: System, store: str) -> int | Answering:
    """Which replica of who holds its data takes writes."""
    return Answering(port=REST, path="/primary") if fails_over(system, store) else 0


def vault(store: str, region: str) -> str:
    """What keeps the backups of a store in another region."""
    return f"{store}-vault-{region}"


def cipher(store: str, region: str) -> str:
    """The secret with which they are encrypted before they are sent there."""
    return f"{vault(store, region)}-cipher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who takes the backups of a store into one place: at home, or in another `region`."""

    store: str
    region: str = ""

    @property
    def name(self) -> str:
        """The daemon's."""
        return named(self.store, self.region)

    @property
    def subject(self) -> str:
        """The store, and where: in words."""
        return f"{self.store} in {self.region}" if self.region else self.store


def stands(system: System, keeper: Keeper) -> str:
    """The region in which the daemon stands: away from home where members are; empty at home."""
    return keeper.region if keeper.region == other(system, keeper.store) else ""


def done(runtime: str, *, beside: bool) -> bool:
    """Whether anything is backed up there: what runs without seatrial is not ours to change."""
    return runtime in RUNTIMES and not beside


def stores(system: System, runtime: str, *, beside: bool) -> tuple[str, ...]:
    """The stores and services that are backed up here: it is promised, and is done here."""
    if not done(runtime, beside=beside) or not system.promised(policy.REQUIREMENT):
        return ()
    return policy.declared(system)


def keepers(system: System, runtime: str, *, beside: bool) -> tuple[Keeper, ...]:
    """One for each place in which each of these stores is backed up, home first."""
    return tuple(
        Keeper(store=name, region=region)
        for name in stores(system, runtime, beside=beside)
        for region in ("", *policy.elsewhere(system, name))
    )
