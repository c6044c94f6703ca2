"""The proxy as a workload."""

from collections.abc import Sequence

from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.engines.haproxy.config import READY, STATUS, STREAM, Member, text

FILE = "haproxy.cfg"
PORTS = {STATUS: 8404}  # beside the one that leads to the primary
FAR_PORTS = {**PORTS, STREAM: 5433}  # where members are far


def workload(
    name: str,
    members: Sequence[Member],
    *,
    port: tuple[str, int],
    origin: Origin,
    region: str,
    owner: str,
) -> Workload:
    """One proxy; `port` is the name and the number of what leads to the primary.

    It is ready while there is a primary: who waits for it would wait for the store. Changed members
    need a restart, because it runs in the foreground, where no second process could take over.
    Raises ValueError without members.
    """
    named, number = port
    return Workload(
        name=name,
        origin=origin,
        engine="haproxy",
        argv=("haproxy", "-db", "-f", f"${{self.dir}}/{FILE}"),
        files=(
            File(
                path=FILE,
                text=text(named, members),
                why="who may be the primary, and how that is asked",
            ),
        ),
        ports={named: number, **(FAR_PORTS if any(each.far for each in members) else PORTS)},
        ready=Probe(port=STATUS, path=READY, deadline=60),
        region=region,
        owner=owner,
        why="leads whoever needs the store to its primary",
    )
