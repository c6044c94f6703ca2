"""Which scenarios may run side by side: those whose blast radii do not meet."""

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A batch, and what looks once all of it has recovered, one after the other."""

    batch: tuple[Scenario, ...]
    looks: tuple[Scenario, ...] = ()


def rounds(scenarios: Iterable[Scenario]) -> tuple[Round, ...]:
    """The batches, with what only looks put where it costs no time.

    Alerts take a minute or more to clear after the repair. Where all of a batch waits for that, it
    is looked; where no batch breaks a part of the system only, looks are batches of their own.
    """
    every = tuple(scenarios)
    looks = sorted((each for each in every if each.looks), key=lambda one: (one.within, one.name))
    found = batches(each for each in every if not each.looks)
    clears = next((each for each in found if not any(EVERYTHING in one.radius for one in each)), ())
    if not clears:
        return tuple(Round(batch=each) for each in (*found, *batches(looks)))
    return tuple(Round(batch=each, looks=tuple(looks) if each is clears else ()) for each in found)
