"""What a drill of a restore is asked for once it has ended."""

import json

from seatrial.capabilities.backup import place
from seatrial.capabilities.backup.rows import summary
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation

RESTORED = "restored"  # the kind of observation that tells how a drill went


def watch(store: str, region: str = "") -> Watch:
    """How the drill went, once it has ended."""
    name = f"drill of {store}"

    def parse(_now: float, body: bytes) -> tuple[Observation, ...]:
        work = json.loads(body)
        if work.get("ended") is None:
            return ()
        told = summary(work)
        return (
            Observation(
                at=work["began"],  # a drill that began before this one says nothing of it
                source=name,
                kind=RESTORED,
                subject=store,
                id=f"{work['began']:.3f}",
                text=json.dumps(told, sort_keys=True),
            ),
        )

    return Watch(
        name=name,
        workload=place.named(store, region),
        port=place.HTTP,
        path="/works/drill",
        parse=parse,
    )
