"""From a described API to journeys: the section that seatrial.yaml would have, as plain data."""

from typing import Any

from seatrial.system.importers.names import label
from seatrial.system.importers.sketch import Api

MOST_STEPS = 20
_MOST_NAME = 58  # a label has 63: this and a number


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
    first = label(api.name, "api")
    found: dict[str, dict[str, Any]] = {}
    for number, begin in enumerate(range(0, len(steps), MOST_STEPS), 1):
        name = first if number == 1 else f"{first[:_MOST_NAME].rstrip('-')}-{number}"
        found[name] = {
            **({} if owner is None else {"owner": owner}),
            "start": start,
            "summary": f"Reads what {api.name} offers.",
            "steps": steps[begin : begin + MOST_STEPS],
        }
    return found
