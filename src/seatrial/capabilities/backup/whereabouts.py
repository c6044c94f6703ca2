"""Where the backups of a store lie, in the words of its pages.

`regions` are those beside home into which they are taken where it runs, as its keepers have them.
"""

from seatrial.capabilities.backup import place, policy
from seatrial.system.held import fails_over
from seatrial.system.model import System

Regions = tuple[str, ...]


def fact(system: System, store: str, regions: Regions) -> tuple[str, str]:
    """The line of a page's head."""
    found = f"on {_at_home(system, store)}"
    for region in regions:
        found += f"; once more in {region}, encrypted: `--from {region}` restores from there"
    for region in _not_there(system, store, regions):
        found += f"; not in {region}, which the file names: that is not possible where it runs"
    return ("The backups lie", found)


def of_backup(system: System, store: str, regions: Regions) -> str:
    """What a backup by hand does not reach."""
    found = f"It lies on {_at_home(system, store)}, and does not outlive that."
    for region in regions:
        found += (
            f" In {region} backups are taken apart from it, by the same schedule;"
            f" `seatrial backup now {store} --in {region}` takes one there."
        )
    return found


def of_restore(system: System, store: str, regions: Regions) -> str:
    """What a restore does not reach."""
    lie = f"The backups lie on {_at_home(system, store)}"
    lie += "".join(f", and once more in {each}" for each in regions)
    if policy.product(system, store) == policy.FILES:
        return f"{lie}."
    return f"{lie}; so far no drill brings a store back on another machine."


def _at_home(system: System, store: str) -> str:
    if policy.product(system, store) == policy.FILES:
        return f"the machine of the service {store}"
    if fails_over(system, store):
        return f"the machine of {place.repository(system, store)}, beside its members"
    return f"the machine of the store {store}"


def _not_there(system: System, store: str, regions: Regions) -> Regions:
    return tuple(each for each in policy.elsewhere(system, store) if each not in regions)
