"""Who needs whom: as written, and as variables show; never in a circle."""

from collections.abc import Mapping

from seatrial.system.importers.images import Product
from seatrial.system.importers.links import Hosts, Target, calls
from seatrial.system.importers.notes import Notes
from seatrial.system.importers.sketch import Container, Fidelity


def needs(
    containers: tuple[Container, ...],
    hosts: Hosts,
    products: Mapping[str, Product],
    notes: Notes,
) -> dict[str, tuple[str, ...]]:
    """Our names of what each container needs, by its own name.

    What is written comes first: where a variable would close a circle, it gives way.
    """
    found: dict[str, list[str]] = {
        hosts[each.name].name: [] for each in containers if each.name in hosts
    }
    callers = [
        (each, hosts[each.name])
        for each in containers
        if each.name in hosts and not products[each.name].engine
    ]
    for each, own in callers:
        _written(each, own, hosts, found, notes)
    for each, own in callers:
        for variable in each.variables:
            for target, _ in calls(variable.name, variable.value or "", hosts):
                if not _add(found, own.name, target.name) and target is not own:
                    notes.note(
                        each,
                        f"environment.{variable.name}",
                        f"points at {target.name}, which needs {own.name} itself; kept as written",
                        f"write ${{{target.name}.host}} once the circle of needs is broken",
                    )
    return {
        each.name: tuple(found[hosts[each.name].name]) if each.name in hosts else ()
        for each in containers
    }


def _written(
    container: Container, own: Target, hosts: Hosts, found: dict[str, list[str]], notes: Notes
) -> None:
    for wanted in container.needs:
        target = hosts.get(wanted)
        if target is None:
            notes.note(
                container,
                f"depends_on.{wanted}",
                f"it needs {wanted}, which is not in these files",
                "declare it under services, stores or externals",
                fidelity=Fidelity.DROPPED,
            )
        elif not _add(found, own.name, target.name) and target is not own:
            notes.note(
                container,
                f"depends_on.{wanted}",
                f"{own.name} and {target.name} would need each other",
                "keep the need of the one that cannot start without the other",
                fidelity=Fidelity.DROPPED,
            )


def _add(found: dict[str, list[str]], name: str, need: str) -> bool:
    """Add a need, unless it leads back; whether it is there now."""
    if need in found[name]:
        return True
    if name == need:
        return False
    waiting, seen = [need], {need}
    while waiting:
        for each in found.get(waiting.pop(), ()):
            if each == name:
                return False
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    found[name].append(need)
    return True
