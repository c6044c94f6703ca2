"""The log keeper as a workload: what the store has taken is kept until it is on its disk.

It also tells how much each replica has written, which the store is held against.
"""

import json
from collections.abc import Iterable

from seatrial.contract.output import File, Origin, Probe, Volume, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.victorialogs import workload as victorialogs

NAME = "log-keeper"
AUDIT = "log-keeper-audit"
PORTS = {"http": 8080}
_STATE = "state"
STREAMS = "/streams"  # the path at which it tells them
_STREAMS = "streams.json"


def workload(
    store: Endpoint,
    *,
    owner: str,
    name: str = NAME,
    after: str = victorialogs.NAME,
    streams: Iterable[tuple[str, int]] = (),
) -> Workload:
    """One keeper, before the store at `store`, which is the workload `after`.

    `streams` are the replicas of which it tells how much they have written.
    """
    seen = tuple(streams)
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
            *(("--logs=${self.logs}", f"--streams=${{self.dir}}/{_STREAMS}") if seen else ()),
        ),
        files=(_named(seen),) if seen else (),
        sees_logs=bool(seen),
        ports=PORTS,
        volumes=(Volume(name="state", path=_STATE),),
        ready=Probe(port="http", path="/readyz", deadline=30),
        live=Probe(port="http", path="/livez"),
        owner=owner,
        after=(after,),
        why="keeps what the log store has taken until it is on the store's disk",
    )


def _named(seen: tuple[tuple[str, int], ...]) -> File:
    text = f"{json.dumps(seen)}\n"
    return File(path=_STREAMS, text=text, why="whose files are held against what is stored")
