"""Which volumes outlive `down`: noted before anything is removed, and labelled at their creation.

The note knows a store whose data became durable later; the label outlives the loss of the note.
Either is enough, also after a second `down`, or one that was killed halfway, and of a store that
has left the file.
"""

from collections.abc import Iterable

from seatrial.runtimes.compose.engine import Inspected
from seatrial.runtimes.compose.names import DURABLE
from seatrial.runtimes.compose.replica import Replica
from seatrial.runtimes.shared.state import State

NAME = "durable.json"


def keeps(one: Replica) -> bool:
    """Whether a replica's volume holds data that only `down --purge` removes."""
    return any(each.durable for each in one.workload.volumes)


def note(state: State, replicas: Iterable[Replica]) -> None:
    """Add the volumes of these replicas to those that earlier ones have kept here."""
    _add(state, {each.name for each in replicas if keeps(each)})


def kept(state: State, volumes: Iterable[Inspected]) -> frozenset[str]:
    """Which of these volumes stay, by the note or by their label; all of them are noted."""
    there = {each["Name"]: (each.get("Labels") or {}).get(DURABLE) == "yes" for each in volumes}
    noted = _noted(state)
    found = {name for name, labelled in there.items() if labelled or name in noted}
    _add(state, found)
    return frozenset(found)


def _noted(state: State) -> set[str]:
    return set(state.read(NAME) or ())


def _add(state: State, names: set[str]) -> None:
    known = _noted(state)
    if not names <= known:
        state.write(NAME, sorted(known | names))
