"""Continuous archiving of the write-ahead log: words on a PostgreSQL server's command line."""


def words(*, command: str, timeout: int) -> tuple[str, ...]:
    """Archive each segment by `command`; one that is not full is closed after `timeout` seconds.

    On the command line, and not in the file that SIGHUP has read again: `archive_mode` takes a
    restart, which a runtime must see.
    """
    settings = {
        "archive_mode": "on",
        "archive_command": command,
        "archive_timeout": str(timeout),
        "wal_level": "replica",
    }
    return tuple(word for key, value in settings.items() for word in ("-c", f"{key}={value}"))
