"""Who needs whom: as written, and as variables show; never in a circle."""

from collections.abc import Iterable, Mapping

from seatrial.system.importers.images import Product
from seatrial.system.importers.links import Hosts, Target, calls, said
from seatrial.system.importers.notes import Notes
from seatrial.system.importers.sketch import Container, Fidelity


def needs(
    containers: tuple[Container, ...],
    hosts: Hosts,
    products: Mapping[str, Product],
    externals: Mapping[str, str],
    notes: Notes,
) -> dict[str, tuple[str, ...]]:
    """Our names of what each container needs, by its own name; `externals` are ours by theirs.

    What is written comes first: where a variable would close a circle, it gives way.
    """
    own_names = (hosts[each.name].name for each in containers if each.name in hosts)
    graph = _Graph((*own_names, *externals.values()))
    callers = [
        (each, hosts[each.name])
        for each in containers
        if each.name in hosts and not products[each.name].engine
    ]
    for each, own in callers:
        for wanted in each.needs:
            if wanted in externals:
                graph.add(own.name, externals[wanted])
            else:
                _written(each, wanted, own, hosts, graph=graph, notes=notes)
    for each, own in callers:
        for fact, name, value in said(each):
            for target, _ in calls(name, value, hosts):
                if not graph.add(own.name, target.name) and target is not own:
                    notes.note(
                        each,
                        fact,
                        f"points at {target.name}, which needs {own.name} itself; kept as written",
                        f"write ${{{target.name}.host}} once the circle of needs is broken",
                    )
    return {
        each.name: tuple(graph.needs[hosts[each.name].name]) if each.name in hosts else ()
        for each in containers
    }


def _written(
    container: Container, wanted: str, own: Target, hosts: Hosts, *, graph: "_Graph", notes: Notes
) -> None:
    target = hosts.get(wanted)
    if target is None:
        notes.note(
            container,
            f"depends_on.{wanted}",
            f"it needs {wanted}, which is not in these files",
            "declare it under services, stores or externals",
            fidelity=Fidelity.DROPPED,
        )
    elif not graph.add(own.name, target.name) and target is not own:
        notes.note(
            container,
            f"depends_on.{wanted}",
            f"{own.name} and {target.name} would need each other",
            "keep the need of the one that cannot start without the other",
            fidelity=Fidelity.DROPPED,
        )


class _Graph:
    """Needs that go in no circle; who is reached from where is kept as bits."""

    def __init__(self, names: Iterable[str]) -> None:
        self.needs: dict[str, list[str]] = {each: [] for each in names}
        self._bit = {each: 1 << place for place, each in enumerate(self.needs)}
        self._reached = dict.fromkeys(self.needs, 0)

    def add(self, name: str, need: str) -> bool:
        """Add a need, unless it leads back; whether it is there now."""
        if need in self.needs[name]:
            return True
        own = self._bit[name]
        if name == need or self._reached[need] & own:
            return False
        more = self._reached[need] | self._bit[need]
        for each, reached in self._reached.items():
            if each == name or reached & own:
                self._reached[each] = reached | more
        self.needs[name].append(need)
        return True
