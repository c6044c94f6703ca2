"""Defects that drills of several kinds plant in a cluster."""

import json
from collections.abc import Mapping
from functools import partial

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.place import Site
from seatrial.contract.action import Execute, Request
from seatrial.contract.scenario import Control
from seatrial.engines.patroni import hands, rest

# Seconds until each member goes by a changed setting, and some rows more are written.
LOOP = 12.0


def setting(site: Site, to: Mapping[str, object], back: Mapping[str, object]) -> Request:
    """What the members go by is changed, and with the undo is as in `back` again."""
    change = partial(
        Request,
        workload=site.members,
        port=place.REST,
        method="PATCH",
        path=rest.CONFIG,
        headers=rest.shown(site.orders),
    )
    undo = change(body=json.dumps({key: back[key] for key in to}))
    return change(body=json.dumps(to), undo=undo)


def two(members: str, *, at: str = "") -> Control:
    """Two primaries: of who is promoted so its own keeper would make a standby again at once."""
    where = f" in {at}" if at else ""
    return Control(
        defect=f"the Patroni of a standby{where} hangs, and somebody promotes its server by hand",
        actions=(
            Execute(workload=members, argv=hands.PROMOTE, undo=hands.REJOIN, replica=place.STANDBY),
        ),
        settle=LOOP,
        ill=frozenset({members}),
    )
