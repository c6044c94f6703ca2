"""Defects that drills of several kinds plant in a cluster."""

from seatrial.capabilities.failover import place
from seatrial.contract.action import Execute
from seatrial.contract.scenario import Control
from seatrial.engines.patroni import hands

# Seconds until each member goes by a changed setting, and some rows more are written.
LOOP = 12.0


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
