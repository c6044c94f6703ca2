"""Where the backups of a store lie, in the words of its pages."""

from seatrial.capabilities.backup import place, policy
from seatrial.system.held import fails_over
from seatrial.system.model import System


def fact(system: System, store: str) -> tuple[str, str]:
    """The line of a page's head."""
    found = f"on {_at_home(system, store)}"
    for region in policy.elsewhere(system, store):
        found += f"; once more in {region}, encrypted: `--from {region}` restores from there"
    return ("The backups lie", found)


def of_backup(system: System, store: str) -> str:
    """What a backup by hand does not reach."""
    found = f"It lies on {_at_home(system, store)}, and does not outlive that."
    for region in policy.elsewhere(system, store):
        found += (
            f" In {region} backups are taken apart from it, by the same schedule;"
            f" `seatrial backup now {store} --in {region}` takes one there."
        )
    return found


def of_restore(system: System, store: str) -> str:
    """What a restore does not reach."""
    lie = f"The backups lie on {_at_home(system, store)}"
    lie += "".join(f", and once more in {each}" for each in policy.elsewhere(system, store))
    if policy.product(system, store) == policy.FILES:
        return f"{lie}."
    return f"{lie}; so far no drill brings a store back on another machine."


def _at_home(system: System, store: str) -> str:
    if policy.product(system, store) == policy.FILES:
        return f"the machine of the service {store}"
    if fails_over(system, store):
        return f"the machine of {place.repository(system, store)}, beside its members"
    return f"the machine of the store {store}"
