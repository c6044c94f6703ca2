"""pgBackRest's configuration: where its repositories lie, and of which server they hold what.

Options: https://pgbackrest.org/configuration.html. Texts hold `${self...}` for the runtime. The
file names no stanza: a server that is restored in place has another one from then on, so that
what is archived of two histories never meets. MARK, in the data folder, says which: whoever
changes the data changes it with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STANZA = "main"  # the first one, for which there is no mark
MARK = "seatrial.stanza"
_DAY = 86400.0
# Of all segments that are ready each is sent to every repository, whatever became of the others:
# https://pgbackrest.org/configuration.html#section-archive/option-archive-async. A server that is
# gone is tried for eight times as long as it may be silent, and the others wait for that.
_APART = "\n[global:archive-push]\narchive-async=y\nio-timeout=5\n"
_SILENCE = 15  # seconds without an answer of a server, then it is tried again: a minute is default


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A pgBackRest that answers by TLS, and what shows it who we are and us who it is.

    `shown` is the file of our own key and certificate, `authority` that of what signed both. It
    reads its usual file for us, or the `config` that is named.
    """

    host: str
    port: int
    authority: str
    shown: str
    config: str = ""

    def lines(self) -> tuple[str, ...]:
        """The options of a repository that it keeps, without the number."""
        return tuple(f"host{key}={value}" for key, value in self._options().items())

    def _options(self) -> Mapping[str, str]:
        return {
            "": self.host,
            "-type": "tls",
            "-port": str(self.port),
            "-ca-file": self.authority,
            "-cert-file": self.shown,
            "-key-file": self.shown,
            **({"-config": self.config} if self.config else {}),
        }

    def variables(self) -> Mapping[str, str]:
        """The same of a server beside which it stands, as the ends of variables' names."""
        return {f"HOST{_variable(key)}": value for key, value in self._options().items()}


def _variable(option: str) -> str:
    return option.upper().replace("-", "_")


Repository = str | Bucket | Host


def text(scratch: str, repositories: Sequence[Repository], *, keep: float) -> str:
    """The file `pgbackrest.conf`; `keep` is how far back a restore can reach, in seconds.

    Locks and queues lie in `scratch`; a repository is a folder, a bucket, or another host's. Full
    backups are kept by time: whatever the instant within `keep`, there is a full backup before it,
    so that the last good one never goes.
    """
    days = max(1, round(keep / _DAY + 0.499))
    # One after the other, those behind a segment that one repository refuses would wait for it,
    # and no other repository would have them.
    apart = any(isinstance(each, Bucket) for each in repositories)
    kept = "".join(_repository(*each, days) for each in enumerate(repositories, 1))
    return f"""\
[global]
{kept}compress-type=zst
start-fast=y
checksum-page=y
lock-path={scratch}/locks
spool-path={scratch}/spool
log-level-file=off
log-level-console=warn
archive-timeout=60
io-timeout={_SILENCE}
{_APART if apart else ""}"""


def server(
    *,
    data: str,
    socket: str,
    port: int,
    user: str,
    database: str,
    number: int = 1,
    host: Host | None = None,
) -> Mapping[str, str]:
    """Where the server is, as environment variables: any command may have them, of any stanza.

    Of several, one of which is the primary, each has a `number`; `host` is who stands beside it.
    https://pgbackrest.org/command.html#introduction
    """
    found = {
        "PATH": data,
        "SOCKET_PATH": socket,
        "PORT": str(port),
        "USER": user,
        "DATABASE": database,
        **(host.variables() if host is not None else {}),
    }
    return {f"PGBACKREST_PG{number}_{key}": value for key, value in found.items()}


def _repository(number: int, found: Repository, days: int) -> str:
    own = (f"path={found}",) if isinstance(found, str) else found.lines()
    lines = (*own, "retention-full-type=time", f"retention-full={days}")
    return "".join(f"repo{number}-{each}\n" for each in lines)


def archive_command(config: str, data: str) -> str:
    """What the server runs for each segment that is full; it is asked again until it succeeds.

    It runs in the `data` folder, https://www.postgresql.org/docs/15/continuous-archiving.html.
    """
    # a mark that is there and cannot be read is a failure, and not the first stanza
    stanza = f"$(test ! -e {MARK} && echo {STANZA} || cat {MARK})"
    return f"pgbackrest --config={config} --stanza={stanza} --pg1-path={data} archive-push %p"
