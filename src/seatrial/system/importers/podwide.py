"""What is written once for several containers, and went nowhere since a store came of them.

How many run, what scales them, how long they may take to end, who reaches them from outside: of a
service that is in `seatrial.yaml`; a store is run by its engine's own recipe.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.system.importers.sketch import Container, Fidelity, Sketch
from seatrial.system.problem import Place

_COUNT = frozenset({"replicas", "replicas.by", "replicas.least", "replicas.most"})
_OWN = "a store is run once, by its engine's own recipe"
_KEEP = "keep the manifest beside it; how a store is copied and failed over is said there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of the lines at a place after all."""

    summary: str
    cure: str
    fidelity: Fidelity = Fidelity.DROPPED


def fates(
    sketch: Sketch, names: Mapping[str, str], document: Mapping[str, Any]
) -> Mapping[Place, Fate]:
    """By place; only what no service of the document has taken up."""
    owners: dict[Place, list[tuple[str, Container]]] = {}
    for container in sketch.containers:
        for fact, place in container.places.items():
            owners.setdefault(place, []).append((fact, container))
    found = {}
    for place, facts in owners.items():
        written = [names[each.name] for _, each in facts if each.name in names]
        fate = _fate({fact for fact, _ in facts}, written, facts, document)
        if fate is not None:
            found[place] = fate
    return found


def _fate(
    facts: Collection[str],
    written: Collection[str],
    owners: Collection[tuple[str, Container]],
    document: Mapping[str, Any],
) -> Fate | None:
    if not written:
        return None
    stores = set(written) & set(document.get("stores", {}))
    if set(written) == stores:
        return _of_store(facts, ", ".join(sorted(stores)))
    if "replicas.least" in facts and any(_resting(each) for _, each in owners):
        return Fate(
            summary="one at least runs here: nothing is scaled down to nothing",
            cure="nothing, unless its users bear that it has to start first",
            fidelity=Fidelity.APPROXIMATED,
        )
    return None


def _resting(container: Container) -> bool:
    return container.replicas is not None and container.replicas[0] == 0


def _of_store(facts: Collection[str], name: str) -> Fate | None:
    if _COUNT.intersection(facts):
        return Fate(summary=f"{_OWN}: how many of {name} run is not described", cure=_KEEP)
    if "grace" in facts:
        return Fate(summary=f"{_OWN}, which knows how long {name} takes to end", cure=_KEEP)
    if any(fact.endswith(".reach") for fact in facts):
        return Fate(
            summary=f"a store is reached by the system alone: {name} is not opened to others",
            cure="let a service stand before it, if somebody outside needs it",
        )
    return None
