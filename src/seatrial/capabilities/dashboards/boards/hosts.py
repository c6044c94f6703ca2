"""The hosts: processor, memory, network, storage."""

from functools import partial

from seatrial.capabilities.dashboards.boards.names import leads, rate
from seatrial.capabilities.dashboards.boards.panel import panel
from seatrial.contract.board import Board, Panel, Query, Row, Scope, Unit, above

_HOST = 'kind="host"'
# what is no disk, and media that are full from the day they are made
_DISK = f'{_HOST},fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|udf|erofs|cramfs|romfs"'
_WIRE = f'{_HOST},device!~"lo|veth.*|docker.*|br-.*"'
_BY = "by (instance)"
_panel = partial(panel, subject="host", links=leads("host")[:1])


def board(owner: str) -> Board:
    """One board for all hosts; a line a host."""
    return Board(
        uid="hosts",
        title="Hosts",
        summary="Processor, memory, storage and network of every machine.",
        scope=Scope.INFRASTRUCTURE,
        rows=(
            Row(title="Processor and memory", panels=_machine()),
            Row(title="Storage", panels=_storage()),
            Row(title="Network", panels=_network()),
        ),
        subject="host",
        owner=owner,
        links=leads("host")[:1],
        requirements=("R02.1",),
        depends=("monitoring",),
    )


def _machine() -> tuple[Panel, ...]:
    busy = f'node_cpu_seconds_total{{{_HOST},mode="idle"}}'
    free, all_ = (
        f"node_memory_MemAvailable_bytes{{{_HOST}}}",
        f"node_memory_MemTotal_bytes{{{_HOST}}}",
    )
    cores = f'count {_BY} (node_cpu_seconds_total{{{_HOST},mode="idle"}})'
    return (
        _panel(
            "Processor in use",
            Unit.SHARE,
            (Query(expr=f"1 - avg {_BY} ({rate(busy)})", legend="{{instance}}"),),
            "Above nine tenths everything waits: the board of the containers says who uses it.",
            thresholds=above(0.8, 0.95),
            width=6,
        ),
        _panel(
            "Processes that wait for a core",
            Unit.COUNT,
            (Query(expr=f"max {_BY} (node_load1{{{_HOST}}}) / {cores}", legend="{{instance}}"),),
            "Load of the last minute a core. Above 1 work queues up: move something away, or add "
            "cores.",
            thresholds=above(1.5, 4),
            width=6,
        ),
        _panel(
            "Memory that is left",
            Unit.BYTES,
            (
                Query(expr=f"min {_BY} ({free})", legend="{{instance}} left"),
                Query(expr=f"max {_BY} ({all_})", legend="{{instance}} in all"),
            ),
            "With a twentieth left the kernel will soon choose a process to kill: stop something "
            "first.",
            alerts=("MemoryLow",),
            width=6,
        ),
        _panel(
            "Killed for want of memory",
            Unit.PER_SECOND,
            (
                Query(
                    expr=f"sum {_BY} ({rate(f'node_vmstat_oom_kill{{{_HOST}}}')})",
                    legend="{{instance}}",
                ),
            ),
            "Not 0: the kernel killed a process. The board of the containers says whose.",
            thresholds=above(None, 0.001),
            width=6,
        ),
    )


def _storage() -> tuple[Panel, ...]:
    left, size = f"node_filesystem_avail_bytes{{{_DISK}}}", f"node_filesystem_size_bytes{{{_DISK}}}"
    fewest = "min by (instance, mountpoint)"
    return (
        _panel(
            "Disk in use",
            Unit.SHARE,
            (Query(expr=f"1 - {fewest} ({left} / {size})", legend="{{mountpoint}}"),),
            "Databases stop when they cannot write: free space or grow the disk.",
            thresholds=above(0.8, 0.97),
            alerts=("DiskFull", "DiskFillsUp"),
        ),
        _panel(
            "Read and written",
            Unit.BYTES_PER_SECOND,
            (
                Query(
                    expr=f"sum {_BY} ({rate(f'node_disk_read_bytes_total{{{_HOST}}}')})",
                    legend="read",
                    empty="where the machine has no disk of its own",
                ),
                Query(
                    expr=f"sum {_BY} ({rate(f'node_disk_written_bytes_total{{{_HOST}}}')})",
                    legend="written",
                    empty="where the machine has no disk of its own",
                ),
            ),
            "A line that left its usual height: a store reads whole tables, or logs run wild.",
        ),
        _panel(
            "Time in which the disk was busy",
            Unit.SHARE,
            (
                Query(
                    expr=f"max by (instance, device) "
                    f"({rate(f'node_disk_io_time_seconds_total{{{_HOST}}}')})",
                    legend="{{device}}",
                    empty="where the machine has no disk of its own",
                ),
            ),
            "Near 1 everything that reads or writes waits: find who does, or take a faster disk.",
            thresholds=above(0.8, 0.95),
        ),
    )


def _network() -> tuple[Panel, ...]:
    none = "where the machine has no network card of its own"

    def of(counter: str, legend: str) -> Query:
        series = f"node_network_{counter}_total{{{_WIRE}}}"
        return Query(expr=f"sum {_BY} ({rate(series)})", legend=legend, empty=none)

    return (
        _panel(
            "Network",
            Unit.BYTES_PER_SECOND,
            (of("receive_bytes", "received"), of("transmit_bytes", "sent")),
            "Near what the line can carry, everything that calls anything waits.",
            width=12,
        ),
        _panel(
            "Packets that were lost",
            Unit.PER_SECOND,
            (of("receive_drop", "received"), of("transmit_drop", "sent")),
            "Not 0 for long: the card or the line is full, or ill.",
            thresholds=above(1, 100),
            width=12,
        ),
    )
