"""Jaeger as a workload: one process that takes, keeps and shows traces."""

from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload
from seatrial.engines.jaeger.config import DATA, FILE

NAME = "jaeger"
OTLP, QUERY, METRICS, OWN_METRICS = "otlp-http", "query", "metrics", "own-metrics"
PORTS = {
    QUERY: 16686,
    "query-grpc": 16685,
    "otlp-grpc": 4317,
    OTLP: 4318,
    METRICS: 8889,
    OWN_METRICS: 8888,
    "health": 13133,
}


def workload(file: File, *, owner: str, memory: int, called_by: tuple[str, ...] = ()) -> Workload:
    """One Jaeger with its store on disk, which outlives it. `memory` is in bytes.

    `called_by` are those that send to it without being run by seatrial.
    """
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="jaeger",
        argv=("jaeger", f"--config=${{self.dir}}/{FILE}"),
        # Go collects before garbage alone fills what `memory_limiter` refuses spans at
        env={"GOMEMLIMIT": str(memory // 2)},
        files=(file,),
        ports=PORTS,
        volumes=(Volume(name="data", path=DATA),),
        ready=Probe(port="health", path="/status", deadline=60),
        live=Probe(port="health", path="/status"),
        grace=20,
        resources=Resources(memory=memory),
        owner=owner,
        called_by=called_by,
        why="keeps the traces, and counts what their spans tell",
    )
