"""What the sink received, as observations of a drill."""

import json

from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation

FIRING, RESOLVED = "firing", "resolved"


def parse(_at: float, body: bytes) -> tuple[Observation, ...]:
    """Each arrival is a `page` about its alert, stamped when the sink received it.

    `text` is `firing` or `resolved`; labels `channel`, `receiver` and `valid` are the sink's.
    """
    return tuple(
        Observation(
            at=each["at"],
            source=SINK,
            kind="page",
            subject=each["alertname"] or "",
            id=str(each["id"]),
            text=each["status"],
            labels={
                **{key: str(value) for key, value in each["labels"].items()},
                "channel": each["channel"],
                "receiver": each["receiver"] or "",
                "valid": "yes" if each["valid"] else "; ".join(map(str, each["faults"])),
            },
        )
        for each in json.loads(body)["arrivals"]
    )


WATCH = Watch(name=SINK, workload=SINK, port="http", path="/arrivals?since=${since}", parse=parse)
