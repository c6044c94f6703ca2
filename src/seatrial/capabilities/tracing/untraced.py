"""The defect of a trace that is torn: somebody's calls carry no `traceparent`."""

import json

from seatrial.contract.action import Request
from seatrial.system.model import System
from seatrial.system.probing import probers


def untraced(system: System, journey: str) -> tuple[Request, ...]:
    """Nobody's runs carry their trace, from whatever region."""
    return tuple(_traced(each, journey, on=False) for each in probers(system))


def _traced(prober: str, journey: str, *, on: bool) -> Request:
    return Request(
        workload=prober,
        port="http",
        method="POST",
        path="/propagation",
        body=json.dumps({"journey": journey, "on": on}),
        undo=None if on else _traced(prober, journey, on=True),
    )
