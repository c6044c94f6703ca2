"""What runs already is told what the file says now, where no file of its own tells it.

The members of a store agree on their settings in etcd when they are made; their files no longer
count then. So `up` looks at what they agreed on, and has them agree on what differs.
"""

import json
from collections.abc import Callable

from seatrial.app.failover import Cluster, clusters_of
from seatrial.app.plan import Plan
from seatrial.app.unclear import Unclear
from seatrial.capabilities.failover import CAPABILITY, place
from seatrial.capabilities.failover.render import cluster
from seatrial.contract.runtime import Progress, Runtime, RuntimeFailure
from seatrial.engines.patroni import config, rest


def settle(planned: Plan, runtime: Runtime, progress: Callable[[Progress], None]) -> None:
    """Tell each cluster what it goes by otherwise. Raises RuntimeFailure."""
    context = planned.contexts[CAPABILITY.name]
    for side in clusters_of(planned, runtime):
        sites = place.sites(planned.system, side.store, context.regions)
        own = next(each for each in sites if each.region == side.region)
        other = next((each for each in sites if each is not own), None)
        told = _told(side, cluster(context, side.store, own, other))
        if told:
            detail = f"{', '.join(told)} as the file says now"
            progress(Progress(subject=side.workload, phase="told", done=True, detail=detail))


def _told(side: Cluster, wanted: config.Cluster) -> list[str]:
    try:
        owed = config.owed(wanted, json.loads(side.first("GET", rest.CONFIG)))
        if owed:
            side.first("PATCH", rest.CONFIG, rest.changed(owed))
    except (Unclear, ValueError) as error:
        raise RuntimeFailure(
            f"the members of {side.store} did not take what the file says: {error}",
            f"run `seatrial status --logs {side.workload}`, then `seatrial up` again",
        ) from error
    return sorted(owed)
