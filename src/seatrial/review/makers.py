"""Whose image of a product it is: that decides where its data lies and which programs are in it.

Official are the images of Docker's library, and those that are built on them or made by the
product's own makers in the same way; Bitnami's have their own folders and variables.
"""

import re
from enum import StrEnum

from seatrial.review.images import Image, image
from seatrial.system.importers.sketch import Container

HUB = ("docker", "io")  # every name of its registry ends so
_ALIKE = frozenset(
    {
        *("postgis/postgis", "timescale/timescaledb", "pgvector/pgvector", "ankane/pgvector"),
        *("redis/redis-stack", "redis/redis-stack-server", "valkey/valkey", "eqalpha/keydb"),
        "mongodb/mongodb-community-server",
    }
)
_BITNAMI = frozenset({"bitnami", "bitnamilegacy", "bitnamisecure"})
_SERVERS = frozenset({"postgres", "mysqld", "mariadbd", "mongod", "docker-entrypoint.sh"})
_PG = re.compile(r"pg-?(\d{1,2})(?!\d)")


class Maker(StrEnum):
    """Who made an image."""

    OFFICIAL = "official"
    BITNAMI = "bitnami"
    OTHER = "other"


def maker(parts: Image) -> Maker:
    """Who made it, by its name. An image of a registry of one's own may be anything."""
    owner, _, base = parts.name.rpartition("/")
    hub = not parts.registry or tuple(parts.registry.split(".")[-2:]) == HUB
    if (hub and not owner) or owner == "library" or owner.endswith("/library"):
        return Maker.OFFICIAL
    if f"{owner}/{base}" in _ALIKE:
        return Maker.OFFICIAL
    return Maker.BITNAMI if owner.rpartition("/")[2] in _BITNAMI else Maker.OTHER


def postgres_version(parts: Image) -> int | None:
    """PostgreSQL's own version of an image; None where its tag does not tell."""
    told = _PG.search(parts.tag)  # as `2.14.2-pg16` of an extension
    if told:
        return int(told[1])
    if parts.base in {"timescaledb", "timescaledb-ha", "pgvector"} or not parts.version:
        return None
    return parts.version[0]


def serves(container: Container) -> bool:
    """Whether it runs its product's server: such images are taken for clients and jobs, too."""
    words = " ".join(container.command).split()
    if not words:
        return True
    parts = image(container.image)
    program = words[0].rpartition("/")[2]
    own = "" if parts is None else parts.base
    return program.startswith("-") or "server" in program or program in {own, f"{own}d", *_SERVERS}
