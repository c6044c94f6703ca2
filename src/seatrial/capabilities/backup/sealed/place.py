"""Where the system itself is backed up, and what the daemon is called that does it."""

from seatrial.capabilities.backup import place, policy
from seatrial.contract.capability import Context, Intent
from seatrial.contract.output import Volume
from seatrial.contract.runtime import Headers
from seatrial.contract.sealing import identity, recipient
from seatrial.system.model import System
from seatrial.system.ownership import first_team

NAME = "sealer"  # no store's daemon can be called so: theirs end in -backups, or in a region
PORTS = {place.HTTP: 8080}
ORDERS = f"{NAME}-orders"  # the secret that whoever gives an order shows
SHOWN: Headers = (("authorization", f"Bearer ${{secret.{ORDERS}}}"),)  # the runtime fills it
_REHEARSAL = "recovery-rehearsal"
KEY, LENT = identity(_REHEARSAL), recipient(_REHEARSAL)  # the key that only a rehearsal has
EVERY = 86_400.0  # seconds: how old the newest bundle may be
REPOSITORY = Volume(name=place.REPOSITORY, path=place.REPOSITORY, durable=True)


def elsewhere(system: System, runtime: str) -> dict[str, str]:
    """By region, the store whose vault there holds the system's bundles, too: the first one."""
    found: dict[str, str] = {}
    for store in policy.declared(system) if place.done(runtime, beside=False) else ():
        for region in policy.elsewhere(system, store):
            found.setdefault(region, store)
    return found


def vaults(system: System, runtime: str) -> tuple[place.Keeper, ...]:
    """The same, as who keeps that store's backups there."""
    return tuple(
        place.Keeper(store=store, region=region)
        for region, store in elsewhere(system, runtime).items()
    )


def owner(intent: Intent | Context) -> str:
    """The team that is told when it is not done."""
    return intent.settings.owner or first_team(intent.system.teams)


def sealed(intent: Intent | Context, runtime: str) -> bool:
    """Whether it is done here: where it is promised, and there is a key to seal to."""
    if intent.beside or runtime not in place.RUNTIMES or intent.settings.recovery_key is None:
        return False
    return intent.system.promised(policy.REQUIREMENT)
