"""What the writers of a store tell, as a drill looks at it."""

import json
from dataclasses import replace

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.told import HOLDS, WRITTEN
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation

_ROUND = 3.0  # seconds between two looks: each has every invariant asked, which may cost much


def watch(store: str) -> Watch:
    """All that became of what was written and read since the drill began."""
    return _watch(store, f"writers of {store}", WRITTEN, "/since?from=${since}")


def sound(store: str) -> Watch:
    """What was answered to the invariants of the store."""
    return replace(_watch(store, f"invariants of {store}", HOLDS, "/invariants"), every=_ROUND)


def _watch(store: str, name: str, kind: str, path: str) -> Watch:
    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        told = json.loads(body)
        return (
            Observation(
                at=now,
                source=name,
                kind=kind,
                subject=store,
                text=json.dumps(told, sort_keys=True),
            ),
        )

    return Watch(
        name=name,
        workload=place.writers(store),
        port=place.HTTP,
        path=path,
        parse=parse,
    )
