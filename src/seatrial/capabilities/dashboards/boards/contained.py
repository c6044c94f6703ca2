"""What containers tell of themselves: of one service or store, and of all together."""

from seatrial.capabilities.dashboards.boards.names import CONTAINER, leads, rate, told
from seatrial.contract.board import (
    Board,
    Kind,
    Panel,
    Query,
    Row,
    Scope,
    Unit,
    above,
)

_EACH = "replica {{replica}}"
_USED, _LIMIT = "container_memory_working_set_bytes", "container_spec_memory_limit_bytes"
_CPU, _RECEIVED = "container_cpu_usage_seconds_total", "container_network_receive_bytes_total"
_SENT = "container_network_transmit_bytes_total"


def _tags(name: str) -> str:
    return f'{{{CONTAINER},service="{name}"}}'


def age(name: str, _owner: str) -> Panel:
    """How long each replica has run: what tells a release, and a crash loop."""
    began = f"container_start_time_seconds{_tags(name)}"
    return Panel(
        title="Running since the last release or restart",
        unit=Unit.SECONDS,
        queries=(told(f"time() - max by (replica) ({began})", _EACH, "cpu"),),
        description="A line falls to 0 where a replica began anew. All at once: a release, or a "
        "fault. One again and again: it dies soon after it starts, and its log says why.",
        subject=name,
        links=leads(name),
        alerts=("CrashLooping",),
        width=6,
    )


def panels(name: str) -> tuple[Panel, ...]:
    """Processor, memory, network and what the limits take away."""
    tags = _tags(name)
    used, limit = f"{_USED}{tags}", f"{_LIMIT}{tags}"
    killed = f"container_oom_events_total{tags}"
    return (
        Panel(
            title="Processor",
            unit=Unit.CORES,
            queries=(told(f"sum by (replica) ({rate(_CPU + tags)})", _EACH, "cpu"),),
            description="Cores in use. Near its limit, answers wait: profile it, or add replicas.",
            subject=name,
            links=leads(name),
            alerts=("CPUThrottled",),
        ),
        Panel(
            title="Memory",
            unit=Unit.BYTES,
            queries=(
                told(f"sum by (replica) ({used})", _EACH, "memory"),
                Query(
                    expr=f"max({limit} > 0)",
                    legend="limit",
                    empty="where it has no limit of its own",
                ),
            ),
            description="What cannot be given back. A line that only rises is a leak; at the limit "
            "the kernel kills it.",
            subject=name,
            links=leads(name),
            alerts=("MemoryNearLimit",),
        ),
        Panel(
            title="Killed for want of memory, last hour",
            unit=Unit.COUNT,
            queries=(told(f"sum(increase({killed}[1h]))", "kills", "cpu"),),
            description="Not 0: see what grew, or raise limits.memory.",
            subject=name,
            kind=Kind.STAT,
            thresholds=above(None, 0.5),
            links=leads(name),
            alerts=("KilledForMemory",),
        ),
        Panel(
            title="Network",
            unit=Unit.BYTES_PER_SECOND,
            queries=(
                told(f"sum({rate(_RECEIVED + tags)})", "received", "network"),
                told(f"sum({rate(_SENT + tags)})", "sent", "network"),
            ),
            description="Sent without being asked for: see to whom, in the logs.",
            subject=name,
            links=leads(name),
            width=16,
        ),
    )


def board(names: tuple[str, ...], owner: str) -> Board:
    """Every container beside the others."""
    tags = f"{{{CONTAINER}}}"

    def drawing(title: str, unit: Unit, query: Query, description: str, **more: object) -> Panel:
        return Panel(
            title=title,
            unit=unit,
            queries=(query,),
            description=description,
            subject="host",
            width=12,
            **more,  # type: ignore[arg-type]
        )

    each = "{{service}} {{replica}}"
    by = "sum by (service, replica)"
    return Board(
        uid="containers",
        title="Containers",
        summary=f"Processor, memory, network and restarts of {len(names)} services and stores.",
        scope=Scope.INFRASTRUCTURE,
        owner=owner,
        rows=(
            Row(
                title="Who uses what?",
                panels=(
                    drawing(
                        "Processor",
                        Unit.CORES,
                        told(f"{by} ({rate(_CPU + tags)})", each, "cpu"),
                        "The highest line is who to profile first when the host is full.",
                    ),
                    drawing(
                        "Memory",
                        Unit.BYTES,
                        told(f"{by} ({_USED}{tags})", each, "memory"),
                        "The sum must fit into the host. Open the board of a line that only rises.",
                    ),
                    drawing(
                        "Received",
                        Unit.BYTES_PER_SECOND,
                        told(f"{by} ({rate(_RECEIVED + tags)})", each, "network"),
                        "A line that left its usual height: see who calls it.",
                    ),
                    drawing(
                        "Restarts, last hour",
                        Unit.COUNT,
                        told(f"{by} (increase(container_restarts_total{tags}[1h]))", each, "cpu"),
                        "Not 0 outside a release: its last log lines say why it ended.",
                        kind=Kind.BARS,
                    ),
                ),
            ),
        ),
        requirements=("R02.1",),
        depends=("services", "stores", "monitoring"),
    )
