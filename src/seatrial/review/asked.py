"""The command that asks a known store whether it works, inside its own container.

Each needs no password, and fails while the official image prepares the store: PostgreSQL's, MySQL's
and MariaDB's first scripts run against a server that has no TCP.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seatrial.review.images import Image, image
from seatrial.review.makers import Maker, maker, serves
from seatrial.review.products import STORES, Kind, recognise
from seatrial.system.importers.sketch import Container

_PLACEHOLDER = "COMMAND"
_MYSQL = "mysqladmin ping --host 127.0.0.1 --silent"
_MARIADB = "mariadb-admin ping --host 127.0.0.1 --silent --skip-ssl"
_MARIADB_RENAMED = (10, 5)  # before, its programs were called as MySQL's; those are gone since 11
_MONGO_RENAMED = (5,)
_RABBIT_ASKS = (3, 8)
# both are answers of a server that works: with a password it is asked without
_PONG = "ping | grep -qE 'PONG|NOAUTH'"
_ANYWHERE = re.compile(
    r"(?:listen_addresses|bind-address|bind)[= ]['\"]?(?:\*|0\.0\.0\.0|::)(?![^\s'\"])"
)
_MOVES = re.compile(
    r"(?<![\w-])-{0,2}(?:port|tls-port|unixsocket|bind|bind-address|skip-networking"
    r"|listen_addresses|config_file|defaults-file|defaults-extra-file)(?!\w)"
    r"|(?<!\S)-[pP](?=[\s\d]|$)|\.(?:conf|cnf)\b"
)
_MOVED_BY = re.compile(r".*_(?:PORT_NUMBER|TLS_ENABLED|TLS_PORT_NUMBER|NODE_PORT|ARGS|EXTRA_FLAGS)")

_CONFIGURATION = re.compile(
    r"\.(?:conf|cnf)$|/etc/(?:mysql|my\.cnf|redis|valkey|keydb|postgresql)|^/opt/bitnami/.*/conf"
)
_NOT_OFFICIAL = (
    "not the official image and command: see that this is there, and fails while it starts"
)
_MAY_MOVE = "its port may have been moved: see that this asks the one that it listens on"
_MONGO = "it answers while its first scripts run, too; mongosh is slow, so ask less often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A command of a shell; `sure` where it is right for this image, else `note` is the doubt."""

    command: str
    sure: bool = False
    note: str = ""


def ask(container: Container) -> Ask | None:
    """How a known store is asked; None for anything else."""
    product, parts = recognise(container.image), image(container.image)
    if product is None or parts is None or product.kind not in STORES:
        return None
    written = _COMMANDS.get(product.name)
    if written is None:
        note = f"put the command that ends with 0 while {product.name} works in its place"
        return Ask(command=_PLACEHOLDER, note=note)
    made = maker(parts)
    known = made is Maker.OFFICIAL or (made is Maker.BITNAMI and product.kind is Kind.CACHE)
    command = written(parts)
    note = _MONGO if product.name == "MongoDB" else ""
    if product.name != "RabbitMQ" and _moved(container):  # it is asked by name, not by port
        note = _MAY_MOVE
    if not known or not serves(container):
        note = _NOT_OFFICIAL
    return Ask(command=command, sure=not note, note=note)


def _moved(container: Container) -> bool:
    """Whether its port, or that it listens on 127.0.0.1, may have been changed."""
    told = _ANYWHERE.sub("", " ".join(container.command))
    return (
        _MOVES.search(told) is not None
        or any(_MOVED_BY.fullmatch(one.name) for one in container.variables)
        or any(_CONFIGURATION.search(each.target) for each in container.mounts)
    )


def _mariadb(parts: Image) -> str:
    """By the name that its program has; by both where a digest or an odd tag hides the version."""
    if not parts.version:
        return f"{_MARIADB} || {_MYSQL}"
    # `10` alone is the last of the tens
    return _MARIADB if (*parts.version, 99)[:2] >= _MARIADB_RENAMED else _MYSQL


def _mongo(parts: Image) -> str:
    shell = "mongo" if parts.version and parts.version < _MONGO_RENAMED else "mongosh"
    return f"""{shell} --quiet --eval 'db.adminCommand("ping").ok' | grep -q 1"""


def _rabbit(parts: Image) -> str:
    old = bool(parts.version) and (*parts.version, 99)[:2] < _RABBIT_ASKS
    return "rabbitmqctl -q status" if old else "rabbitmq-diagnostics -q ping"


_COMMANDS: Mapping[str, Callable[[Image], str]] = {
    # not the socket: there the server answers that runs the first scripts
    "PostgreSQL": lambda _: "pg_isready -q -h 127.0.0.1",
    "MySQL": lambda _: _MYSQL,
    "MariaDB": _mariadb,
    "MongoDB": _mongo,
    "Redis": lambda _: f"redis-cli {_PONG}",
    "KeyDB": lambda _: f"keydb-cli {_PONG}",
    "Valkey": lambda _: f"valkey-cli {_PONG}",
    "RabbitMQ": _rabbit,
}
