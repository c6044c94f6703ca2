"""What the writers of a store tell, as a drill looks at it."""

import json

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.told import WRITTEN
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation


def watch(store: str) -> Watch:
    """All that became of what was written and read since the drill began."""
    name = f"writers of {store}"

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        told = json.loads(body)
        return (
            Observation(
                at=now,
                source=name,
                kind=WRITTEN,
                subject=store,
                text=json.dumps(told, sort_keys=True),
            ),
        )

    return Watch(
        name=name,
        workload=place.writers(store),
        port=place.HTTP,
        path="/since?from=${since}",
        parse=parse,
    )
