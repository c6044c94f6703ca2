"""What an image is, by its name: a store that seatrial has an engine for, or another keeper."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.system.importers.sketch import Container, Mount

ENGINES = {
    "postgres": (
        "postgres postgresql postgresql-repmgr postgis pgvector timescaledb timescaledb-ha citus"
        " alpine-postgres spilo"
    ),
    "redis": "redis redis-stack redis-stack-server valkey keydb",
}
_STORES = {name: engine for engine, names in ENGINES.items() for name in names.split()}
# They keep what must not be lost, and seatrial has no engine for them yet: run as services.
_NAMED = """
mysql mysql-server mariadb mariadb-galera percona percona-server mongo mongodb
mongodb-community-server rabbitmq kafka cp-kafka redpanda activemq activemq-artemis pulsar nats
elasticsearch opensearch solr minio memcached cassandra scylla couchdb couchbase influxdb
clickhouse clickhouse-server cockroach neo4j etcd zookeeper cp-zookeeper arangodb questdb
surrealdb meilisearch typesense qdrant weaviate milvus chroma rethinkdb dynamodb-local
azure-sql-edge oracle-xe oracle-free tidb ferretdb consul vault garage seaweedfs victoria-metrics
"""
_KEEPERS = frozenset(_NAMED.split())
_SERVER_OF = {"mssql": "mssql"}  # mcr's images are named `mssql/server`
_FORGETFUL = frozenset({"memcached"})
# Where their servers keep data unless told otherwise, by which an image of the user's own is known;
# and the port that they then listen on. Whoever only reads a folder (a backup) is no server.
_FOLDERS = {
    "/var/lib/mysql": "mysql",
    "/var/lib/rabbitmq": "rabbitmq",
    "/var/lib/mongodb": "mongo",
    "/var/lib/cassandra": "cassandra",
    "/var/lib/neo4j": "neo4j",
}
_COPIES = frozenset({"--replicaof", "--slaveof"})
_FIRST_OF = re.compile(r"(?:REDIS|VALKEY|POSTGRESQL)_(?:MASTER|PRIMARY)_HOST")
_PORTS = {"mysql": 3306, "rabbitmq": 5672, "mongo": 27017, "cassandra": 9042, "neo4j": 7687}


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What an image runs: `engine` names a store's, `keeper` a product without one.

    `version` is empty where the tag tells none. `durable` says whether it keeps what must survive.
    `port` is where an image of the user's own, which declares none, is expected to listen.
    """

    engine: str = ""
    keeper: str = ""
    version: str = ""
    durable: bool = True
    port: int = 0


def built(mounts: Iterable[Mount]) -> Product:
    """What an image of the user's own is, judged by the folder in which it keeps data."""
    for each in mounts:
        keeper = _FOLDERS.get(each.target.rstrip("/"))
        if keeper and each.kind in {"volume", "bind"} and not each.read_only:
            return Product(keeper=keeper, port=_PORTS[keeper])
    return Product()


def copied(container: Container) -> bool:
    """Whether it is a copy of another store, by its options and Bitnami's variables."""
    words = " ".join(container.command).split()
    if any(each.partition("=")[0] in _COPIES for each in words):
        return True
    return any(
        _FIRST_OF.fullmatch(each.name) is not None
        or (each.name.endswith("_REPLICATION_MODE") and each.value in {"slave", "replica"})
        for each in container.variables
    )


def product(image: str) -> Product:
    """What the image is, judged by the last part of its name alone."""
    whole, _, _digest = image.partition("@")
    folder, slash, last = whole.rpartition("/")
    name, _, tag = last.partition(":")
    name = name.lower()
    owner = folder.rpartition("/")[2] if slash else ""
    if name in _STORES:
        engine = _STORES[name]
        return Product(engine=engine, version=_version(engine, tag))
    if name == "server" and owner in _SERVER_OF:
        return Product(keeper=_SERVER_OF[owner], version=tag)
    if name in _KEEPERS:
        return Product(keeper=name, version=tag, durable=name not in _FORGETFUL)
    return Product()


def _version(engine: str, tag: str) -> str:
    """`15` of `15-alpine` and of `2.11.0-pg15`; empty for `latest`."""
    if engine == "postgres" and (match := re.search(r"pg-?(\d{1,2})", tag)):
        return match[1]
    match = re.match(r"v?(\d{1,3}(?:\.\d{1,4}){0,2})", tag)
    return match[1] if match else ""
