"""VictoriaLogs as a workload."""

from seatrial.contract.output import Origin, Probe, Resources, Volume, Workload

NAME = "victorialogs"
AUDIT = "victorialogs-audit"
PORTS = {"http": 9428}
DATA = "data"
INGEST = "/insert/opentelemetry/v1/logs"
_FLUSH = "1s"  # the shortest that it takes: a SIGKILL loses what it took in that time
_LINE = 256 * 1024
_WHY = "keeps what every workload writes, and finds it"


def workload(
    *, retention: str, size: int, memory: int, owner: str, name: str = NAME, why: str = _WHY
) -> Workload:
    """One VictoriaLogs: `retention` as its option wants it, `size` and `memory` in bytes.

    The oldest day goes first once `size` is reached. `memory` is for its caches; it may use about
    as much again, and is limited to four times that.
    """
    return Workload(
        name=name,
        origin=Origin.ENGINE,
        engine="victorialogs",
        argv=(
            "victoria-logs",
            f"-storageDataPath=${{self.dir}}/{DATA}",
            "-httpListenAddr=${self.address}:${self.ports.http}",
            f"-retentionPeriod={retention}",
            f"-retention.maxDiskSpaceUsageBytes={size}",
            "-futureRetention=2h",
            f"-inmemoryDataFlushInterval={_FLUSH}",
            f"-memory.allowedBytes={memory}",
            f"-insert.maxLineSizeBytes={_LINE}",
            "-loggerFormat=json",
            "-loggerJSONFields=ts:time,msg:message",
        ),
        ports=PORTS,
        volumes=(Volume(name="data", path=DATA),),
        resources=Resources(memory=4 * memory),
        ready=Probe(port="http", path="/health", deadline=30),
        live=Probe(port="http", path="/health"),
        owner=owner,
        why=why,
    )
