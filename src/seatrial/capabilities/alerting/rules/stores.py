"""What each kind of store runs out of, in its own figures: connections, memory, patience."""

from seatrial.capabilities.alerting.rules.writing import MINUTE, regional, rule
from seatrial.contract.declaration import AlertRule
from seatrial.system.model import Store

SLOW = 10  # queries that were slow within five minutes: a single report is none of them
_SERVER = "region, replica"  # a limit is one server's, never all servers' together


def rules(name: str, each: Store) -> tuple[AlertRule, ...]:
    """The saturation rules of one store, by its product."""
    known = {"postgres": _postgres, "redis": _redis, "mariadb": _mariadb, "mysql": _mysql}
    found = known[each.engine](name, each.owner or "")
    if each.engine == "redis" and (each.limits.memory is not None or each.measured):
        return (_redis_memory(name, each.owner or ""), *found)
    return found


def _postgres(name: str, owner: str) -> tuple[AlertRule, ...]:
    tags = f'{{service="{name}"}}'
    return (
        rule(
            "ConnectionsNearLimit",
            f"sum by ({_SERVER}) (pg_stat_database_numbackends{tags})"
            f" / max by ({_SERVER}) (pg_settings_max_connections{tags}) > 0.8",
            name,
            owner,
            f"{name} has used four fifths of its connections",
            "At the limit every new session is refused; look for pools that are too big.",
            hold=2 * MINUTE,
            test=regional(
                (
                    (f"pg_stat_database_numbackends{tags}", "5x4 95x20 5x30"),
                    (f"pg_settings_max_connections{tags}", "100x60"),
                ),
                300,
                600,
            ),
        ),
        rule(
            "Deadlocks",
            f"sum by (region) (increase(pg_stat_database_deadlocks{tags}[5m])) > 5",
            name,
            owner,
            f"Transactions in {name} block each other for good",
            "PostgreSQL kills one of each pair; users see errors. The log names the queries.",
            hold=0,
            test=regional(((f"pg_stat_database_deadlocks{tags}", "0x4 0+1x20 20x60"),), 300, 900),
        ),
    )


def _mysql(name: str, owner: str) -> tuple[AlertRule, ...]:
    """From what every user may ask for: SHOW GLOBAL STATUS and SHOW GLOBAL VARIABLES."""
    tags = f'{{service="{name}"}}'
    used, most = "mysql_global_status_threads_connected", "mysql_global_variables_max_connections"
    slow = f"mysql_global_status_slow_queries{tags}"
    refused = f'mysql_global_status_connection_errors_total{{error="max_connections",{tags[1:]}'
    return (
        rule(
            "ConnectionsNearLimit",
            f"max by ({_SERVER}) ({used}{tags}) / max by ({_SERVER}) ({most}{tags}) > 0.8",
            name,
            owner,
            f"{name} has used four fifths of its connections",
            "At the limit every new session is refused; look for pools that are too big.",
            hold=2 * MINUTE,
            test=regional(
                ((f"{used}{tags}", "5x4 95x20 5x30"), (f"{most}{tags}", "100x60")), 300, 600
            ),
        ),
        rule(
            "ConnectionsRefused",
            f"sum by (region) (increase({refused}[5m])) > 0",
            name,
            owner,
            f"{name} refused connections",
            "Its limit of connections was reached.",
            hold=0,
            test=regional(((refused, "0x4 0+1x20 20x60"),), 300, 900),
        ),
        rule(
            "SlowQueries",
            f"sum by (region) (increase({slow}[5m])) > {SLOW}",
            name,
            owner,
            f"More than {SLOW} queries to {name} were slow within five minutes",
            "Each took longer than its long_query_time; its slow query log names them.",
            hold=0,
            test=regional(((slow, f"0x4 0+{SLOW}x20 {20 * SLOW}x60"),), 300, 900),
        ),
    )


def _mariadb(name: str, owner: str) -> tuple[AlertRule, ...]:
    """As of MySQL; it counts deadlocks, too, which MySQL does not show there."""
    deadlocks = f'mysql_global_status_innodb_deadlocks{{service="{name}"}}'
    return (
        *_mysql(name, owner),
        rule(
            "Deadlocks",
            f"sum by (region) (increase({deadlocks}[5m])) > 5",
            name,
            owner,
            f"Transactions in {name} block each other for good",
            "MariaDB ends one of each pair; users see errors. SHOW ENGINE INNODB STATUS names the"
            " last.",
            hold=0,
            test=regional(((deadlocks, "0x4 0+1x20 20x60"),), 300, 900),
        ),
    )


def _redis(name: str, owner: str) -> tuple[AlertRule, ...]:
    tags = f'{{service="{name}"}}'
    return (
        rule(
            "RedisConnectionsRefused",
            f"sum by (region) (increase(redis_rejected_connections_total{tags}[5m])) > 0",
            name,
            owner,
            f"{name} refused connections",
            "Its limit of clients was reached.",
            hold=0,
            test=regional(
                ((f"redis_rejected_connections_total{tags}", "0x4 0+1x20 20x60"),), 300, 900
            ),
        ),
    )


def _redis_memory(name: str, owner: str) -> AlertRule:
    """Where it has a limit of its own: without `maxmemory` it never refuses, and is killed."""
    tags = f'{{service="{name}"}}'
    return rule(
        "RedisMemoryNearLimit",
        f"max by ({_SERVER}) (redis_memory_used_bytes{tags})"
        f" / (max by ({_SERVER}) (redis_memory_max_bytes{tags}) > 0) > 0.9",
        name,
        owner,
        f"{name} is within a tenth of its memory limit",
        "At the limit it evicts keys or refuses writes.",
        hold=2 * MINUTE,
        test=regional(
            (
                (f"redis_memory_used_bytes{tags}", "5x4 95x20 5x30"),
                (f"redis_memory_max_bytes{tags}", "100x60"),
            ),
            300,
            600,
        ),
    )
