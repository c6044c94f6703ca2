"""The log keeper as a workload: what the store has taken is kept until it is on its disk."""

from seatrial.contract.output import Origin, Probe, Volume, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.victorialogs import workload as victorialogs

NAME = "log-keeper"
AUDIT = "log-keeper-audit"
PORTS = {"http": 8080}
_STATE = "state"


def workload(
    store: Endpoint, *, owner: str, name: str = NAME, after: str = victorialogs.NAME
) -> Workload:
    """One keeper, before the store at `store`, which is the workload `after`."""
    return Workload(
        name=name,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.keeper",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--store=http://{store}",
            f"--state=${{self.dir}}/{_STATE}",
        ),
        ports=PORTS,
        volumes=(Volume(name="state", path=_STATE),),
        ready=Probe(port="http", path="/readyz", deadline=30),
        live=Probe(port="http", path="/livez"),
        owner=owner,
        after=(after,),
        why="keeps what the log store has taken until it is on the store's disk",
    )
