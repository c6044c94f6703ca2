"""pgBackRest's configuration: one stanza, one repository that lies in a folder.

Options: https://pgbackrest.org/configuration.html. The text holds `${self...}` for the runtime.
"""

from dataclasses import dataclass

STANZA = "main"
_DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Folders: of the repository, the server's data and socket, and where locks and queues lie."""

    repository: str
    data: str
    socket: str
    scratch: str


def text(paths: Paths, *, keep: float, port: int, user: str, database: str) -> str:
    """The file `pgbackrest.conf`; `keep` is how far back a restore can reach, in seconds.

    Full backups are kept by time: whatever the instant within `keep`, there is a full backup
    before it, so that the last good one never goes.
    """
    days = max(1, round(keep / _DAY + 0.499))
    return f"""\
[global]
repo1-path={paths.repository}
repo1-retention-full-type=time
repo1-retention-full={days}
compress-type=zst
start-fast=y
checksum-page=y
lock-path={paths.scratch}/locks
spool-path={paths.scratch}/spool
log-level-file=off
log-level-console=warn
archive-timeout=60

[{STANZA}]
pg1-path={paths.data}
pg1-socket-path={paths.socket}
pg1-port={port}
pg1-user={user}
pg1-database={database}
"""


def archive_command(config: str) -> str:
    """What the server runs for each segment that is full; it is asked again until it succeeds."""
    return f"pgbackrest --config={config} --stanza={STANZA} archive-push %p"
