"""Known stores by whose image it is: where their data lies, and which command asks them."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml
from review_samples import TODAY

from seatrial.review import makers
from seatrial.review.assess import findings
from seatrial.review.rule import Finding
from seatrial.review.rules import BY_ID
from seatrial.review.subject import Subject
from seatrial.review.supported import ended
from seatrial.system.importers import compose, kubernetes
from seatrial.system.importers.sketch import Sketch

HUB = ".".join(makers.HUB)


def told(rule: str, image: str, *lines: str) -> list[Finding]:
    service = "".join(f"    {line}\n" for line in lines)
    text = f"services:\n  db:\n    image: {image}\n    ports: ['1:1']\n{service}"
    found = compose.sketch({"compose.yaml": text}, environ={}, find=lambda _: None)
    assert isinstance(found, Sketch), found
    return list(findings(Subject.of(found, TODAY), (BY_ID[rule],)))


@pytest.mark.parametrize(
    ("image", "mounted", "lost"),
    [
        ("postgres:16", "vol:/var/lib/postgresql/data", False),
        # the image's own volume lies below this one, and the data in that
        ("postgres:16", "vol:/var/lib/postgresql", True),
        ("postgres:16", "/var/lib", True),
        ("postgres:18", "vol:/var/lib/postgresql", False),
        ("postgres:18", "vol:/var/lib/postgresql/18/docker", False),
        ("postgres:18", "vol:/var/lib/postgresql/data", True),
        ("postgres", "vol:/var/lib/postgresql", False),
        ("postgres", "vol:/var/lib/postgresql/data", False),
        (f"{HUB}/library/postgres:16", "vol:/var/lib/postgresql/data", False),
        ("public.ecr.aws/docker/library/postgres:16", "vol:/data", True),
        ("pgvector/pgvector:pg16", "vol:/var/lib/postgresql", True),
        ("pgvector/pgvector:0.8.1-pg18", "vol:/var/lib/postgresql", False),
        ("timescale/timescaledb-ha:pg16", "vol:/home/postgres/pgdata/data", False),
        ("bitnami/postgresql:16", "vol:/bitnami/postgresql", False),
        ("bitnami/postgresql:16", "vol:/bitnami", False),
        ("bitnami/postgresql:16", "vol:/var/lib/postgresql/data", True),
        ("bitnamilegacy/postgresql-repmgr:16", "vol:/bitnami/postgresql", False),
        ("bitnami/mysql:8.4", "vol:/bitnami/mysql/data", False),
        ("bitnami/mariadb:11", "vol:/var/lib/mysql", True),
        ("bitnami/mariadb-galera:11", "vol:/bitnami/mariadb", False),
        ("bitnami/mongodb:7.0", "vol:/data/db", True),
        ("bitnami/rabbitmq:3.13", "vol:/bitnami/rabbitmq/mnesia", False),
        ("bitnami/minio:2024", "vol:/bitnami/minio/data", False),
        ("mysql:8.4", "./mysql:/var/lib/mysql/", False),
        ("mysql:8.4", "./my.cnf:/etc/mysql/my.cnf", True),
        ("mongo:7", "vol:/data/db", False),
        ("mongo:7", "vol:/data", True),
        ("influxdb:2.7", "vol:/var/lib/influxdb2", False),
        ("influxdb:1.8", "vol:/var/lib/influxdb2", True),
        ("influxdb", "vol:/var/lib/influxdb2", False),
        # another maker's: any volume may be it, but no configuration and no scripts
        ("linuxserver/mariadb:11.4", "vol:/config", False),
        ("acme/postgres:16", "vol:/pg", False),
        ("acme/postgres:16", "./init:/docker-entrypoint-initdb.d", True),
        ("acme/postgres:16", "./pg.conf:/opt/pg.conf", True),
        ("acme/postgres:16", "./etc:/etc/postgresql", True),
        ("registry.acme.example/postgres:16", "vol:/anything", False),
    ],
)
def test_where_the_data_of_an_image_lies(image: str, mounted: str, *, lost: bool) -> None:
    assert bool(told("A0701", image, f"volumes: ['{mounted}']")) is lost


@pytest.mark.parametrize(
    ("variable", "mounted", "lost"),
    [
        ("PGDATA: /data/pg", "vol:/data", False),
        ("PGDATA: /data/pg", "vol:/data/pg", False),
        ("PGDATA: /data/pg", "vol:/var/lib/postgresql/data", True),
        ("PGDATA: /var/lib/postgresql/data/pgdata", "vol:/var/lib/postgresql/data", False),
        ("PGDATA: /var/lib/postgresql/data/pgdata", "vol:/var/lib/postgresql", True),
        ("PGDATA: /var/lib/postgresql/pgdata", "vol:/var/lib/postgresql", False),
        ("PGDATA: ${PGDATA}", "vol:/somewhere", False),  # not known: any volume may be it
        ("PGDATA: ${PGDATA:-/data}", "vol:/var/lib/postgresql/data", True),
    ],
)
def test_a_variable_moves_the_data(variable: str, mounted: str, *, lost: bool) -> None:
    lines = ("environment:", f"  {variable}", f"volumes: ['{mounted}']")
    assert bool(told("A0701", "postgres:16", *lines)) is lost


@pytest.mark.parametrize(
    ("image", "command", "mounted", "lost"),
    [
        ("mysql:8.4", "--datadir=/data/mysql", "vol:/data/mysql", False),
        ("mysql:8.4", "--datadir=/data/mysql", "vol:/var/lib/mysql", True),
        ("mongo:7", "mongod --dbpath /srv/mongo", "vol:/srv/mongo", False),
    ],
)
def test_an_option_moves_the_data(image: str, command: str, mounted: str, *, lost: bool) -> None:
    assert bool(told("A0701", image, f"command: {command}", f"volumes: ['{mounted}']")) is lost


@pytest.mark.parametrize(
    ("image", "lines", "folder", "note"),
    [
        ("postgres:16-alpine", (), "/var/lib/postgresql/data", ""),
        ("postgres:18", (), "/var/lib/postgresql", ""),
        ("postgres", (), "/var/lib/postgresql", "else it is /var/lib/postgresql/data"),
        ("postgres:16", ("environment: [PGDATA=/pg/16]",), "/pg/16", ""),
        ("bitnami/postgresql:16", (), "/bitnami/postgresql", ""),
        ("bitnami/mysql:8.4", (), "/bitnami/mysql", ""),
        ("acme/mysql:8", (), "/var/lib/mysql", "not known here"),
    ],
)
def test_the_cure_names_the_folder_of_that_image(
    image: str, lines: tuple[str, ...], folder: str, note: str
) -> None:
    (found,) = told("A0701", image, *lines)
    said = yaml.safe_load(found.cure.lines)["services"]["db"]
    assert said == {"volumes": [f"db-data:{folder}"]}
    assert note in found.cure.note
    assert found.cure.edit is None


def test_a_volume_beside_the_data_is_told_with_where_it_lies() -> None:
    (found,) = told("A0701", "bitnami/postgresql:16", "volumes: ['vol:/var/lib/postgresql/data']")
    assert (
        found.summary == "the data of db (PostgreSQL) lies in /bitnami/postgresql, not in a volume"
    )


_PG = "pg_isready -q -h 127.0.0.1"
_MYSQL = "mysqladmin ping --host 127.0.0.1 --silent"
_MARIADB = "mariadb-admin ping --host 127.0.0.1 --silent --skip-ssl"
_REDIS = "redis-cli ping | grep -qE 'PONG|NOAUTH'"


@pytest.mark.parametrize(
    ("image", "lines", "command", "sure"),
    [
        ("postgres:16", (), _PG, True),
        ("postgis/postgis:16-3.4", (), _PG, True),
        ("bitnami/postgresql:16", (), _PG, False),
        ("postgres:16", ("command: postgres -c max_connections=300",), _PG, True),
        ("postgres:16", ("command: -c listen_addresses='*'",), _PG, True),
        ("postgres:16", ("command: postgres -p 5433",), _PG, False),
        ("postgres:16", ("command: postgres -c config_file=/etc/pg.conf",), _PG, False),
        ("postgres:16", ("command: sh -c 'sleep 5; postgres'",), _PG, False),
        ("mysql:8.4", (), _MYSQL, True),
        ("mysql:8.4", ("command: mysqld --port=3307",), _MYSQL, False),
        ("mysql:8.4", ("command: --bind-address=0.0.0.0",), _MYSQL, True),
        ("mysql:8.4", ("volumes: ['./my.cnf:/etc/mysql/conf.d/my.cnf']",), _MYSQL, False),
        ("mysql:8.4", ("volumes: ['/etc/localtime:/etc/localtime:ro']",), _MYSQL, True),
        ("bitnami/mysql:8.4", (), _MYSQL, False),
        ("mariadb:11.4", (), _MARIADB, True),
        ("mariadb:10", (), _MARIADB, True),
        ("mariadb:10.5", (), _MARIADB, True),
        ("mariadb:10.4", (), _MYSQL, True),
        ("mariadb", (), f"{_MARIADB} || {_MYSQL}", True),
        ("bitnami/mariadb:11", (), _MARIADB, False),
        ("redis:7", ("command: redis-server --requirepass ${P}",), _REDIS, True),
        ("redis:7", ("command: redis-server --port 6380",), _REDIS, False),
        ("redis:7", ("command: redis-server --tls-port 6379",), _REDIS, False),
        ("redis:7", ("command: redis-server /etc/redis.conf",), _REDIS, False),
        ("redis:7", ("command: redis-sentinel /s.conf",), _REDIS, False),
        ("redis/redis-stack-server:7.2.0-v9", (), _REDIS, True),
        ("bitnami/redis:7.2", (), _REDIS, True),
        ("bitnami/redis:7.2", ("environment: ['REDIS_PASSWORD=${P}']",), _REDIS, True),
        ("bitnami/redis:7.2", ("environment: [REDIS_PORT_NUMBER=6380]",), _REDIS, False),
        ("valkey/valkey:8", (), _REDIS.replace("redis", "valkey"), True),
        ("eqalpha/keydb:x86_64_v6.3.4", (), _REDIS.replace("redis", "keydb"), True),
        ("rabbitmq:3.13-management", (), "rabbitmq-diagnostics -q ping", True),
        ("rabbitmq:3.7", (), "rabbitmqctl -q status", True),
        ("bitnami/rabbitmq:3.13", (), "rabbitmq-diagnostics -q ping", False),
        ("acme/postgres:16", (), _PG, False),
        ("registry.acme.example/redis:7", (), _REDIS, False),
        ("memcached:1.6", (), "COMMAND", False),
    ],
)
def test_a_store_is_asked_by_what_is_in_its_image(
    image: str, lines: tuple[str, ...], command: str, *, sure: bool
) -> None:
    (found,) = told("A0201", image, *lines)
    said = yaml.safe_load(found.cure.lines)["services"]["db"]["healthcheck"]["test"]
    assert said == ["CMD-SHELL", command]
    assert (found.cure.edit is not None) is sure
    assert bool(found.cure.note) is not sure


@pytest.mark.parametrize(("tag", "shell"), [("4.4", "mongo"), ("5.0", "mongosh"), ("", "mongosh")])
def test_the_shell_of_mongodb_changed_its_name(tag: str, shell: str) -> None:
    (found,) = told("A0201", f"mongo:{tag}" if tag else "mongo")
    assert f"{shell} --quiet" in found.cure.lines
    assert found.cure.edit is None
    assert "first scripts" in found.cure.note


def test_a_pod_of_a_store_is_asked_by_its_command() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec:\n  containers:\n"
        "    - {name: db, image: 'postgres:16', ports: [{containerPort: 5432}]}\n"
    )
    sketch = kubernetes.sketch({"pod.yaml": text})
    assert isinstance(sketch, Sketch)
    found = {e.rule.id: e for e in findings(Subject.of(sketch, TODAY))}
    (one,) = yaml.safe_load(found["A0201"].cure.lines)["spec"]["template"]["spec"]["containers"]
    assert one["readinessProbe"]["exec"]["command"] == ["sh", "-c", _PG]
    (one,) = yaml.safe_load(found["A0701"].cure.lines)["spec"]["template"]["spec"]["containers"]
    assert one["volumeMounts"] == [
        {"name": "data", "mountPath": "/var/lib/postgresql/data", "subPath": "data"}
    ]


@pytest.mark.parametrize(
    ("image", "over"),
    [
        ("timescale/timescaledb:2.14.2-pg12", "12"),
        ("timescale/timescaledb:2.14.2-pg17", None),
        ("timescale/timescaledb:9.6.0", None),
        ("pgvector/pgvector:pg13", "13"),
        ("postgres:9.6", "9"),
    ],
)
def test_the_version_is_that_of_the_database(image: str, over: str | None) -> None:
    found = ended(image, dt.date(2026, 11, 25))
    assert (found[1] if found else None) == over


def test_bitnamis_images_start_without_no_password_by_themselves() -> None:
    assert told("A0504", "redis:7")
    assert told("A0504", "valkey/valkey:8")
    assert not told("A0504", "bitnami/redis:7")


@pytest.mark.parametrize(
    ("image", "name", "cure"),
    [
        (
            "postgres:16",
            "POSTGRES_PASSWORD",
            {"environment": {"POSTGRES_PASSWORD_FILE": "/run/secrets/postgres_password"},
             "secrets": ["postgres_password"]},
        ),
        (
            "grafana/grafana:11.1.0",
            "GF_SECURITY_ADMIN_PASSWORD",
            {"environment": {
                "GF_SECURITY_ADMIN_PASSWORD__FILE": "/run/secrets/gf_security_admin_password"},
             "secrets": ["gf_security_admin_password"]},
        ),
        (
            "rabbitmq:3.13",
            "RABBITMQ_DEFAULT_PASS",
            {"secrets": [{"source": "rabbitmq_default_pass",
                          "target": "/etc/rabbitmq/conf.d/90-secret.conf"}]},
        ),
        (
            "bitnami/rabbitmq:3.13",
            "RABBITMQ_PASSWORD",
            {"environment": {"RABBITMQ_PASSWORD_FILE": "/run/secrets/rabbitmq_password"},
             "secrets": ["rabbitmq_password"]},
        ),
    ],
)  # fmt: skip
def test_a_secret_reaches_an_image_in_the_way_that_it_reads(
    image: str, name: str, cure: object
) -> None:
    (found,) = told("A0501", image, f"environment: ['{name}=x7Gh92kqLw']")
    assert yaml.safe_load(found.cure.lines)["services"]["db"] == cure
