"""From the safe operations of a described API to a journey that walks them."""

from collections.abc import Collection
from typing import Any

from seatrial.system.importers.names import label
from seatrial.system.importers.notes import Notes
from seatrial.system.importers.sketch import Api, Container, Fidelity

_MOST_STEPS = 20


def journeys(
    apis: tuple[Api, ...],
    owner: str,
    services: Collection[str],
    start: str | None,
    notes: Notes,
) -> tuple[dict[str, Any], str]:
    """A journey an API by name, and the service that they start at (empty where there is none)."""
    found: dict[str, Any] = {}
    server = ""
    for api in apis:
        name = label(api.name, "api")
        server = start or (name if name in services or not services else next(iter(services)))
        steps = [
            {each.method.lower(): each.path, "expect": {"status": each.status}}
            for each in api.operations
            if each.method.lower() == "get" and "{" not in each.path
        ]
        subject = Container(name=api.name, place=api.place)
        if len(steps) > _MOST_STEPS:
            notes.note(
                subject,
                "operations",
                f"only the first {_MOST_STEPS} operations are walked",
                "add those that users depend on",
                fidelity=Fidelity.DROPPED,
            )
        if steps:
            found[name if name not in found else f"{name}-{len(found) + 1}"] = {
                "owner": owner,
                "start": server,
                "steps": steps[:_MOST_STEPS],
            }
    return found, server
