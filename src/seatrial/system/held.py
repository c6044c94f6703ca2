"""Which workload holds a store's data: its own, or the members to which that one only leads."""

from seatrial.system.model import System
from seatrial.system.regions import called, home, spread


def fails_over(system: System, store: str) -> bool:
    """Whether the file asks for members of which one takes over from the other; no service does."""
    found = system.stores.get(store)
    return found is not None and "failover" in found.model_fields_set


def holder(system: System, store: str) -> str:
    """The name of the workload whose replicas hold the data and write the product's lines."""
    return f"{store}-members" if fails_over(system, store) else store


def members(system: System, store: str) -> int:
    """How many replicas that workload has in a region; 2 where the file says nothing of use."""
    if not fails_over(system, store):
        return 1
    standbys = system.stores[store].failover.get("standbys")
    return 1 + standbys if isinstance(standbys, int) else 2


def other(system: System, store: str) -> str:
    """The region beside home that has members of it, too, and is run; empty for none."""
    if not fails_over(system, store):
        return ""
    found = system.stores[store].failover.get("region")
    return found if isinstance(found, str) and found in spread(system)[1:] else ""


def holders(system: System, store: str) -> tuple[str, ...]:
    """Every workload that holds its data: that one, and the copy in another region."""
    own, region = holder(system, store), other(system, store)
    return (own, called(own, region, home(system))) if region else (own,)
