"""Which scenarios may run side by side: those whose blast radii do not meet."""

from collections.abc import Iterable

from seatrial.contract.scenario import EVERYTHING, Scenario


def meet(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios may disturb the same thing."""
    if EVERYTHING in one.radius or EVERYTHING in other.radius:
        return True
    return bool(one.radius & other.radius)


def batches(scenarios: Iterable[Scenario]) -> tuple[tuple[Scenario, ...], ...]:
    """Greedy batches, the longest scenarios first, so that short ones fill the gaps beside them.

    Within a batch no two radii meet. Deterministic: ties are broken by name.
    """
    found: list[list[Scenario]] = []
    for each in sorted(scenarios, key=lambda one: (-one.within, one.name)):
        for batch in found:
            if not any(meet(each, other) for other in batch):
                batch.append(each)
                break
        else:
            found.append([each])
    return tuple(tuple(batch) for batch in found)
