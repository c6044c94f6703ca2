"""From a described API to journeys: the section that seatrial.yaml would have, as plain data."""

import re
from typing import Any

from seatrial.system.importers.sketch import Api

MOST_STEPS = 20
_LONGEST = 50


def journeys(api: Api, start: str, *, owner: str | None = None) -> dict[str, dict[str, Any]]:
    """The journeys of an API, by name: every GET of it, with the status that it must answer.

    `start` is the service that the requests are sent to. `owner` stays unwritten when nobody is
    known. A journey has at most twenty steps, since it is run as a whole again and again; a larger
    API becomes several. HEAD is left out, because a step cannot send it.
    """
    steps = [
        {"get": operation.path, "expect": {"status": operation.status}}
        for operation in api.operations
        if operation.method == "GET"
    ]
    found: dict[str, dict[str, Any]] = {}
    for number, begin in enumerate(range(0, len(steps), MOST_STEPS), 1):
        name = slug(api.name) if number == 1 else f"{slug(api.name)}-{number}"
        found[name] = {
            **({} if owner is None else {"owner": owner}),
            "start": start,
            "summary": f"Reads what {api.name} offers.",
            "steps": steps[begin : begin + MOST_STEPS],
        }
    return found


def slug(title: str) -> str:
    """A name of letters, digits and hyphens, as names in seatrial.yaml are."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    words = re.sub(r"^[^a-z]+", "", words)[:_LONGEST].rstrip("-")
    return words or "api"
