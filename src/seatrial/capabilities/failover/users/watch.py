"""What users get, as the prober tells it, and where they are led, as the front does."""

import json

from seatrial.capabilities.failover.users import place
from seatrial.capabilities.failover.users.place import Front
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.haproxy import front as haproxy
from seatrial.engines.haproxy.config import STATUS
from seatrial.engines.haproxy.front import Order

SERVED = "served"  # the kind of observation that tells what became of users' runs
_REGION = "region of a front"


def watch(context: Context) -> Watch:
    """What became of each run of a journey since the drill began."""
    prober = place.watcher(context.system, context.regions)

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        told = json.dumps(json.loads(body), sort_keys=True)
        return (
            Observation(at=now, source=f"users by {prober}", kind=SERVED, subject="", text=told),
        )

    return Watch(
        name=f"users by {prober}",
        workload=prober,
        port="http",
        path="/since?from=${since}",
        parse=parse,
    )


def whole(front: Front) -> Steady:
    """Home takes users, nobody has ordered anything, and each region has been ready for long."""

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        told = haproxy.told(body)
        return tuple(
            Observation(
                at=now,
                source=front.name,
                kind=_REGION,
                subject=region,
                text=each.order,
                value=float(each.steady),
            )
            for region, each in told.regions.items()
        )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        for each in seen:
            if each.text != Order.NONE:
                return f"users of {front.service} are led by order: {each.subject} is {each.text}"
            if not each.value:
                return f"{front.service} has not been ready in {each.subject} for long enough"
        return None

    return Steady(
        name=f"the regions of {front.service}",
        watch=Watch(
            name=f"regions of {front.name}",
            workload=front.name,
            port=STATUS,
            path=haproxy.REGIONS,
            parse=parse,
        ),
        holds=holds,
    )
