"""Which product an image holds, by its name: what it is for, and where it keeps data.

Data folders are those that the official images document; `homes` knows those of others.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from seatrial.review.images import image


class Kind(StrEnum):
    """What a product is for."""

    DATABASE = "database"
    CACHE = "cache"
    QUEUE = "queue"
    SEARCH = "search engine"
    OBJECTS = "object store"
    PROXY = "proxy"
    FIREWALL = "web application firewall"
    ADMIN = "administration page"
    METRICS = "metrics store"
    EXPORTER = "exporter"
    ALERTS = "alert router"
    BOARDS = "dashboards"
    TRACES = "trace store"
    LOGS = "log store"
    SHIPPER = "log collector"
    PROBE = "prober"
    SECRETS = "secret store"
    BACKUP = "backup"
    LOAD = "load generator"
    PROFILES = "profiler"
    WATCH = "run-time security"
    ONCALL = "on-call"
    SOCKET_PROXY = "engine socket proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A known product. `ports` are those that nobody but the system's own parts should reach.

    `folder` holds its data ("" where losing it does not matter).
    """

    name: str
    kind: Kind
    ports: tuple[int, ...] = ()
    folder: str = ""

    @property
    def durable(self) -> bool:
        """Whether what it keeps must survive its container."""
        return bool(self.folder)


STORES = (Kind.DATABASE, Kind.CACHE, Kind.QUEUE, Kind.SEARCH, Kind.OBJECTS)


def _store(name: str, kind: Kind, ports: tuple[int, ...], folder: str = "") -> Product:
    return Product(name=name, kind=kind, ports=ports, folder=folder)


_POSTGRES = _store("PostgreSQL", Kind.DATABASE, (5432,), "/var/lib/postgresql/data")
_MYSQL = _store("MySQL", Kind.DATABASE, (3306, 33060), "/var/lib/mysql")
_MARIADB = _store("MariaDB", Kind.DATABASE, (3306,), "/var/lib/mysql")
_MONGO = _store("MongoDB", Kind.DATABASE, (27017,), "/data/db")
_REDIS = _store("Redis", Kind.CACHE, (6379,))
_RABBIT = _store("RabbitMQ", Kind.QUEUE, (5672, 5671, 25672), "/var/lib/rabbitmq")
_KAFKA = _store("Kafka", Kind.QUEUE, (9092, 9093), "/var/lib/kafka")
_ELASTIC = _store("Elasticsearch", Kind.SEARCH, (9200, 9300), "/usr/share/elasticsearch/data")
_MINIO = _store("MinIO", Kind.OBJECTS, (9000,), "/data")
_CLICKHOUSE = _store("ClickHouse", Kind.DATABASE, (8123, 9000), "/var/lib/clickhouse")

_BY_BASE: dict[str, Product] = {
    **dict.fromkeys(
        ("postgres", "postgresql", "postgresql-repmgr", "postgis", "timescaledb", "pgvector"),
        _POSTGRES,
    ),
    "timescaledb-ha": replace(_POSTGRES, folder="/home/postgres/pgdata"),
    **dict.fromkeys(("mysql", "mysql-server", "percona", "percona-server"), _MYSQL),
    **dict.fromkeys(("mariadb", "mariadb-galera"), _MARIADB),
    **dict.fromkeys(("mongo", "mongodb", "mongodb-sharded", "mongodb-community-server"), _MONGO),
    **dict.fromkeys(("redis", "redis-stack", "redis-stack-server"), _REDIS),
    "keydb": _store("KeyDB", Kind.CACHE, (6379,)),
    "valkey": _store("Valkey", Kind.CACHE, (6379,)),
    "memcached": _store("Memcached", Kind.CACHE, (11211,)),
    "rabbitmq": _RABBIT,
    **dict.fromkeys(("kafka", "cp-kafka"), _KAFKA),
    "zookeeper": _store("ZooKeeper", Kind.QUEUE, (2181,), "/data"),
    "nats": _store("NATS", Kind.QUEUE, (4222,)),
    "elasticsearch": _ELASTIC,
    "opensearch": _store("OpenSearch", Kind.SEARCH, (9200, 9300), "/usr/share/opensearch/data"),
    "meilisearch": _store("Meilisearch", Kind.SEARCH, (7700,), "/meili_data"),
    "minio": _MINIO,
    **dict.fromkeys(("clickhouse", "clickhouse-server"), _CLICKHOUSE),
    "influxdb": _store("InfluxDB", Kind.DATABASE, (8086,), "/var/lib/influxdb"),
    "cassandra": _store("Cassandra", Kind.DATABASE, (9042, 7000), "/var/lib/cassandra"),
    "couchdb": _store("CouchDB", Kind.DATABASE, (5984,), "/opt/couchdb/data"),
    "neo4j": _store("Neo4j", Kind.DATABASE, (7687, 7474), "/data"),
    "etcd": _store("etcd", Kind.DATABASE, (2379, 2380), "/etcd-data"),
    "cockroach": _store("CockroachDB", Kind.DATABASE, (26257,), "/cockroach/cockroach-data"),
}

_NAMES: tuple[tuple[Kind, tuple[int, ...], tuple[str, ...]], ...] = (
    (Kind.PROXY, (), ("nginx", "nginx-unprivileged", "haproxy", "traefik", "caddy", "envoy",
                      "httpd", "openresty", "nginx-proxy", "nginx-proxy-manager", "kong")),
    (Kind.FIREWALL, (), ("modsecurity-crs", "modsecurity", "bunkerweb")),
    (Kind.ADMIN, (), ("pgadmin4", "adminer", "phpmyadmin", "portainer", "portainer-ce",
                      "mongo-express", "redis-commander", "redisinsight", "kibana", "mailhog",
                      "mailpit", "dozzle", "kafka-ui", "flower", "opensearch-dashboards")),
    (Kind.METRICS, (9090, 8428), ("prometheus", "victoria-metrics", "mimir", "thanos", "vmagent")),
    (Kind.ALERTS, (9093,), ("alertmanager", "vmalert")),
    (Kind.BOARDS, (), ("grafana", "grafana-oss", "grafana-enterprise", "perses")),
    (Kind.TRACES, (16686,), ("all-in-one", "jaeger", "jaeger-query", "tempo", "zipkin", "signoz")),
    (Kind.LOGS, (3100, 9428), ("loki", "victoria-logs", "graylog", "openobserve", "seq")),
    (Kind.SHIPPER, (), ("promtail", "vector", "fluentd", "fluent-bit", "filebeat", "logstash",
                        "alloy", "opentelemetry-collector", "opentelemetry-collector-contrib")),
    (Kind.PROBE, (), ("blackbox-exporter", "uptime-kuma", "gatus", "cloudprober")),
    (Kind.SECRETS, (8200,), ("vault", "openbao", "infisical")),
    (Kind.BACKUP, (), ("postgres-backup-local", "postgres-backup-s3", "pg-backup", "pgbackrest",
                       "wal-g", "barman", "restic", "docker-volume-backup", "offen-backup",
                       "mysql-backup", "velero", "duplicati", "resticker", "autorestic")),
    (Kind.LOAD, (), ("k6", "locust", "vegeta", "jmeter")),
    (Kind.PROFILES, (4040,), ("pyroscope", "parca")),
    (Kind.WATCH, (), ("falco", "tetragon", "crowdsec")),
    (Kind.ONCALL, (), ("oncall", "goalert")),
    (Kind.SOCKET_PROXY, (2375,), ("docker-socket-proxy", "socket-proxy")),
)  # fmt: skip
for _kind, _ports, _images in _NAMES:
    for _image in _images:
        _BY_BASE[_image] = Product(name=_image, kind=_kind, ports=_ports)


@lru_cache(maxsize=4096)
def recognise(written: str) -> Product | None:
    """The product of an image's name; None where it is not known, as for the user's own."""
    parts = image(written)
    if parts is None:
        return None
    base = parts.base.casefold()
    found = _BY_BASE.get(base)
    if found is not None:
        return found
    if base.endswith(("-exporter", "_exporter")) or base in {"cadvisor", "statsd-exporter"}:
        return Product(name=base, kind=Kind.EXPORTER)
    return None
