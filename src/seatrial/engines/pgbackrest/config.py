"""pgBackRest's configuration: one stanza, and where its repositories lie.

Options: https://pgbackrest.org/configuration.html. The text holds `${self...}` for the runtime.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STANZA = "main"
_DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Folders: of the server's data and socket, and where locks and queues lie."""

    data: str
    socket: str
    scratch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A repository behind S3, and encrypted: whoever keeps it cannot read it.

    `folder` lies in the bucket; `authority` is the file with what its certificate is held against.
    `password` proves the `key`, and `cipher` is what all is encrypted with.
    """

    folder: str
    bucket: str
    region: str
    host: str
    port: int
    authority: str
    key: str
    password: str
    cipher: str

    def lines(self) -> tuple[str, ...]:
        """The options that say so, without the repository's number."""
        return (
            f"path=/{self.folder}",
            "type=s3",
            f"s3-bucket={self.bucket}",
            f"s3-region={self.region}",
            f"s3-endpoint={self.host}",
            "s3-uri-style=path",
            f"s3-key={self.key}",
            f"s3-key-secret={self.password}",
            f"storage-port={self.port}",
            f"storage-ca-file={self.authority}",
            "cipher-type=aes-256-cbc",
            f"cipher-pass={self.cipher}",
        )


def text(
    paths: Paths,
    repositories: Sequence[str | Bucket],
    *,
    keep: float,
    port: int,
    user: str,
    database: str,
) -> str:
    """The file `pgbackrest.conf`; `keep` is how far back a restore can reach, in seconds.

    A repository is a folder or a bucket. Full backups are kept by time: whatever the instant within
    `keep`, there is a full backup before it, so that the last good one never goes.
    """
    days = max(1, round(keep / _DAY + 0.499))
    kept = "".join(_repository(*each, days) for each in enumerate(repositories, 1))
    return f"""\
[global]
{kept}compress-type=zst
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


def _repository(number: int, found: str | Bucket, days: int) -> str:
    own = (f"path={found}",) if isinstance(found, str) else found.lines()
    lines = (*own, "retention-full-type=time", f"retention-full={days}")
    return "".join(f"repo{number}-{each}\n" for each in lines)


def archive_command(config: str) -> str:
    """What the server runs for each segment that is full; it is asked again until it succeeds."""
    return f"pgbackrest --config={config} --stanza={STANZA} archive-push %p"
