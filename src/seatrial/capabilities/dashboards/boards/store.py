"""One board a store, from what its exporter tells."""

from collections.abc import Callable, Mapping

from seatrial.capabilities.dashboards.boards import contained
from seatrial.capabilities.dashboards.boards.names import firing, leads, rate, uid
from seatrial.capabilities.dashboards.boards.panel import panel
from seatrial.capabilities.dashboards.boards.service import STORE_ANSWERS, STORE_UP, store_up
from seatrial.contract.board import (
    Board,
    Kind,
    Panel,
    Query,
    Row,
    Scope,
    Unit,
    above,
    below,
)
from seatrial.system.model import System


def board(system: System, name: str, *, contained_: bool, beside: bool) -> Board | None:
    """The board of one store; None where no exporter of ours knows its product."""
    store = system.stores[name]
    if store.engine not in STORE_UP:
        return None
    rows = [Row(title="Is it there?", panels=_there(system, name, beside=beside))]
    if not beside or store.measured:
        rows.append(Row(title="What does it do?", panels=_PRODUCTS[store.engine](name)))
    if contained_:
        rows.append(Row(title="Is it full?", panels=contained.panels(name)))
    return Board(
        uid=uid("store", name),
        title=f"Store {name}",
        summary=f"{store.engine.capitalize()} {store.version or ''}".strip() + ".",
        scope=Scope.STORE,
        rows=tuple(rows),
        subject=name,
        owner=store.owner or "",
        links=leads(name),
        requirements=("R02.1", "R02.4"),
        depends=(f"stores.{name}", "monitoring"),
    )


def _there(system: System, name: str, *, beside: bool) -> tuple[Panel, ...]:
    callers = [each for each, service in system.services.items() if name in service.needs]
    return (
        panel(
            STORE_ANSWERS,
            Unit.YES_NO,
            (Query(expr=store_up(system, name, beside=beside), legend=name),),
            f"Needed by {', '.join(callers) or 'nobody'}. When it is no, they cannot work: "
            "follow the runbook.",
            thresholds=below(1),
            alerts=("StoreDown",),
            subject=name,
        ),
        panel(
            "Alerts that fire",
            Unit.COUNT,
            (Query(expr=firing(f'service="{name}"'), legend="alerts"),),
            "Each has a section in the runbook: begin there.",
            kind=Kind.STAT,
            thresholds=above(None, 1),
            subject=name,
        ),
    )


def _postgres(name: str) -> tuple[Panel, ...]:
    return (*_postgres_work(name), *_postgres_data(name))


def _pg(name: str, counter: str) -> str:
    series = f'pg_stat_database_{counter}{{service="{name}"}}'
    return f"sum({rate(series)})"


def _postgres_work(name: str) -> tuple[Panel, ...]:
    tags = f'{{service="{name}"}}'
    used, most = f"pg_stat_database_numbackends{tags}", f"pg_settings_max_connections{tags}"
    hit, read = _pg(name, "blks_hit"), _pg(name, "blks_read")
    return (
        panel(
            "Connections in use",
            Unit.SHARE,
            (Query(expr=f"sum({used}) / max({most})", legend="of the limit"),),
            "At the limit every new session is refused: look for pools that are too big, and for "
            "sessions that are idle in a transaction.",
            thresholds=above(0.6, 0.8),
            alerts=("ConnectionsNearLimit",),
            subject=name,
        ),
        panel(
            "Transactions",
            Unit.PER_SECOND,
            (
                Query(expr=_pg(name, "xact_commit"), legend="committed"),
                Query(expr=_pg(name, "xact_rollback"), legend="rolled back"),
            ),
            "Many rollbacks: the log names the statements that failed.",
            subject=name,
        ),
        panel(
            "Read from memory",
            Unit.SHARE,
            (Query(expr=f"{hit} / ({hit} + {read} > 0)", legend="of all blocks"),),
            "Below nine tenths it waits for the disk: a query reads whole tables, or "
            "shared_buffers is too small.",
            thresholds=below(0.9, 0.8),
            subject=name,
        ),
    )


def _postgres_data(name: str) -> tuple[Panel, ...]:
    tags = f'{{service="{name}"}}'
    return (
        panel(
            "Rows",
            Unit.PER_SECOND,
            (
                Query(expr=_pg(name, "tup_fetched"), legend="fetched"),
                Query(expr=_pg(name, "tup_inserted"), legend="inserted"),
                Query(expr=_pg(name, "tup_updated"), legend="updated"),
                Query(expr=_pg(name, "tup_deleted"), legend="deleted"),
            ),
            "A sudden rise of what is fetched is a query without an index.",
            subject=name,
        ),
        panel(
            "Size on disk",
            Unit.BYTES,
            (
                Query(
                    expr=f'pg_database_size_bytes{{datname!~"template.*",{tags[1:]}',
                    legend="{{datname}}",
                ),
            ),
            "What grows without an end needs a retention, or a bigger disk: see the board of the "
            "hosts.",
            subject=name,
        ),
        panel(
            "Deadlocks, last hour",
            Unit.COUNT,
            (
                Query(
                    expr=f"sum(increase(pg_stat_database_deadlocks{tags}[1h]))", legend="deadlocks"
                ),
            ),
            "One of each pair was killed; the log names both statements.",
            kind=Kind.STAT,
            thresholds=above(1, 6),
            alerts=("Deadlocks",),
            subject=name,
        ),
    )


def _redis(name: str) -> tuple[Panel, ...]:
    return (*_redis_work(name), *_redis_limits(name))


def _of_redis(name: str, counter: str) -> str:
    series = f'redis_{counter}_total{{service="{name}"}}'
    return f"sum({rate(series)})"


def _redis_work(name: str) -> tuple[Panel, ...]:
    tags = f'{{service="{name}"}}'
    hits, misses = _of_redis(name, "keyspace_hits"), _of_redis(name, "keyspace_misses")
    return (
        panel(
            "Commands",
            Unit.PER_SECOND,
            (Query(expr=_of_redis(name, "commands_processed"), legend="commands"),),
            "A sudden rise is a loop in a client; a drop to 0, clients that cannot connect.",
            subject=name,
        ),
        panel(
            "Memory of its data",
            Unit.BYTES,
            (
                Query(expr=f"max(redis_memory_used_bytes{tags})", legend="used"),
                Query(
                    expr=f"max(redis_memory_max_bytes{tags} > 0)",
                    legend="limit",
                    empty="where it has no limit of its own",
                ),
            ),
            "At the limit it evicts keys or refuses writes: see what has no expiry.",
            alerts=("RedisMemoryNearLimit",),
            subject=name,
        ),
        panel(
            "Keys that were found",
            Unit.SHARE,
            (
                Query(
                    expr=f"{hits} / ({hits} + {misses} > 0)",
                    legend="of those asked for",
                    empty="while nobody reads a key",
                    passing=True,
                ),
            ),
            "A drop: keys expire too soon, or were evicted; what is behind the cache works harder.",
            subject=name,
        ),
    )


def _redis_limits(name: str) -> tuple[Panel, ...]:
    tags = f'{{service="{name}"}}'
    return (
        panel(
            "Clients",
            Unit.COUNT,
            (Query(expr=f"max(redis_connected_clients{tags})", legend="connected"),),
            "A line that only rises is a client that does not close what it opens.",
            subject=name,
        ),
        panel(
            "Keys that were evicted",
            Unit.PER_SECOND,
            (Query(expr=_of_redis(name, "evicted_keys"), legend="evicted"),),
            "Not 0: its memory is used up. Give it more, or let keys expire sooner.",
            thresholds=above(0.1, None),
            subject=name,
        ),
        panel(
            "Connections that were refused",
            Unit.PER_SECOND,
            (Query(expr=_of_redis(name, "rejected_connections"), legend="refused"),),
            "Its limit of clients was reached: look for pools that are too big.",
            thresholds=above(None, 0.01),
            alerts=("RedisConnectionsRefused",),
            subject=name,
        ),
    )


def _mysql(name: str) -> tuple[Panel, ...]:
    tags = f'{{service="{name}"}}'

    def of(counter: str) -> str:
        return f"sum({rate(f'mysql_global_status_{counter}{tags}')})"

    used = f"max(mysql_global_status_threads_connected{tags})"
    most = f"max(mysql_global_variables_max_connections{tags})"
    asked, read = of("innodb_buffer_pool_read_requests"), of("innodb_buffer_pool_reads")
    return (
        panel(
            "Connections in use",
            Unit.SHARE,
            (Query(expr=f"{used} / {most}", legend="of the limit"),),
            "At the limit every new session is refused: look for pools that are too big.",
            thresholds=above(0.6, 0.8),
            alerts=("ConnectionsNearLimit",),
            subject=name,
        ),
        panel(
            "Queries",
            Unit.PER_SECOND,
            (Query(expr=of("queries"), legend="queries"),),
            "A sudden rise is a loop in a client; a drop to 0, clients that cannot connect.",
            subject=name,
        ),
        panel(
            "Slow queries",
            Unit.PER_SECOND,
            (Query(expr=of("slow_queries"), legend="slow"),),
            "Each took longer than long_query_time; the slow query log names them.",
            alerts=("SlowQueries",),
            subject=name,
        ),
        panel(
            "Read from memory",
            Unit.SHARE,
            (Query(expr=f"1 - {read} / ({asked} > 0)", legend="of all pages"),),
            "Below nine tenths it waits for the disk: innodb_buffer_pool_size is too small.",
            thresholds=below(0.9, 0.8),
            subject=name,
        ),
        panel(
            "Traffic",
            Unit.BYTES_PER_SECOND,
            (
                Query(expr=of("bytes_received"), legend="received"),
                Query(expr=of("bytes_sent"), legend="sent"),
            ),
            "Much more sent than usual: a query without a limit.",
            subject=name,
        ),
    )


_PRODUCTS: Mapping[str, Callable[[str], tuple[Panel, ...]]] = {
    "postgres": _postgres,
    "redis": _redis,
    "mariadb": _mysql,
    "mysql": _mysql,
}
