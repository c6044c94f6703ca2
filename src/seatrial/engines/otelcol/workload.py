"""The OpenTelemetry Collector as a workload that reads what all others write."""

from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload

NAME = "otelcol"
PORTS = {"health": 13133, "metrics": 8888}
CONFIG = "config.yaml"
STATE = "state"
# Batches reach the queue on disk before the offset of what was read is written: nothing that was
# read waits in memory only, and a SIGKILL loses no line.
_GATES = "stanza.synchronousLogEmitter"


def workload(
    text: str, *, memory: int, owner: str, after: tuple[str, ...], gates: str = _GATES
) -> Workload:
    """One collector for all logs of a machine; `text` is its configuration, `memory` in bytes."""
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="otelcol",
        argv=(
            "otelcol-contrib",
            f"--config=${{self.dir}}/{CONFIG}",
            f"--feature-gates={gates}",
        ),
        env={"GOMEMLIMIT": f"{memory * 3 // 4}"},
        files=(File(path=CONFIG, text=text, why="what is read, masked, parsed and sent"),),
        ports=PORTS,
        volumes=(Volume(name="state", path=STATE),),
        resources=Resources(memory=memory),
        ready=Probe(port="health", path="/", deadline=30),
        live=Probe(port="health", path="/"),
        reload="HUP",
        owner=owner,
        after=after,
        reads_logs=True,
        why="reads what every workload writes, masks and parses it, and sends it to the log store",
    )
