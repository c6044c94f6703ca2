"""For each rule, what it must object to, and a near miss that it must leave alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from seatrial.review.described import described
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import (
    Bounds,
    CheckKind,
    Confinement,
    Container,
    HealthCheck,
    Mount,
    Port,
    Variable,
)
from seatrial.system.load import loads
from seatrial.system.problem import Place

TODAY = dt.date(2026, 11, 25)
FILE = "compose.yaml"


def box(name: str = "web", line: int = 3, **facts: Any) -> Container:
    facts.setdefault("image", f"acme/{name}:1.4.2")
    return Container(name=name, place=Place(FILE, line, 3), **facts)


def compose(*containers: Container) -> Subject:
    return Subject(
        source=Source.COMPOSE, name="shop", files=(FILE,), containers=containers, today=TODAY
    )


def kubernetes(*containers: Container) -> Subject:
    return replace(compose(*containers), source=Source.KUBERNETES, files=("deploy.yaml",))


def port(number: int, *published: tuple[str, int], **facts: Any) -> tuple[Port, ...]:
    return (Port(number=number, published=published, **facts),)


def everywhere(number: int) -> tuple[Port, ...]:
    return port(number, ("", number))


def check(kind: CheckKind = CheckKind.HEALTH, *argv: str, **facts: Any) -> HealthCheck:
    return HealthCheck(kind=kind, argv=argv, **facts)


def variable(name: str, value: str | None = None, **facts: Any) -> tuple[Variable, ...]:
    return (Variable(name=name, value=value, **facts),)


def bind(source: str, target: str, *, read_only: bool = False) -> tuple[Mount, ...]:
    return (Mount(kind="bind", source=source, target=target, read_only=read_only),)


DATA = (Mount(kind="volume", source="data", target="/var/lib/postgresql/data"),)
WORKS = (check(CheckKind.HEALTH, "CMD", "curl", "-f", "http://127.0.0.1/"),)

PEOPLE = """\
seatrial: 1
system: shop
people:
  ada: {name: Ada Moreau, email: ada@acme.example}
  bob: {name: Bob Berg, email: bob@acme.example}
"""
TEAM = 'teams: {web: {members: [ada, bob], chat: "#web", pager: {secret: WEB_PAGER}}}\n'
API = """\
services:
  api:
    owner: web
    summary: Answers.
    image: acme/api:1.4.2
    ports: {http: 8000}
    exposed: true
    metrics: {port: http}
    health: {ready: /readyz, live: /livez}
"""
JOURNEY = "journeys: {buy: {owner: web, start: api, steps: [{get: /}]}}\n"
SLO = "slos: {buy: {journey: buy, availability: 99.9}}\n"
STORE = """\
stores:
  database:
    engine: postgres
    version: "16"
    owner: web
    backup: {keep: 14d}
    invariants: {sound: SELECT true}
"""
WHOLE = (
    PEOPLE
    + TEAM
    + API
    + JOURNEY
    + SLO
    + STORE
    + "regions: {eu: {home: true}, us: {}}\n"
    + "environments: {production: {runtime: kubernetes, context: prod}}\n"
)


def system(text: str = WHOLE) -> Subject:
    loaded = loads(text)
    assert loaded.system is not None, loaded.problems
    return described(loaded.system, ("seatrial.yaml",), TODAY)


def without(part: str, by: str = "") -> Subject:
    assert part in WHOLE
    return system(WHOLE.replace(part, by))


POSTGRES = "postgres:16.4"
METRICS = box("prometheus", image="prom/prometheus:v2.53.0")
MANY = tuple(box(name, ports=everywhere(8080)) for name in ("a", "b", "c"))

# rule -> (must fire, must not)
CASES: dict[str, tuple[Subject, Subject]] = {
    "A0101": (
        compose(box(image="registry.acme.example:5000/web")),
        compose(box(image="acme/web", build="./web")),
    ),
    "A0102": (
        compose(box(image="nginx:1.27.1")),
        compose(box(image="nginx:1.27.1@sha256:" + "a" * 64)),
    ),
    "A0103": (compose(box(image="nginx:stable")), compose(box(image="nginx:1.27-alpine"))),
    "A0104": (compose(box(image="postgres:12-alpine")), compose(box(image="postgres:15.3"))),
    "A0201": (
        compose(box(ports=everywhere(8080))),
        compose(box(ports=everywhere(8080), checks=WORKS), box("migrate", command=("migrate",))),
    ),
    "A0202": (
        compose(box(checks=(check(disabled=True),))),
        compose(box(checks=WORKS)),
    ),
    "A0203": (
        compose(box(checks=(check(CheckKind.HEALTH, "CMD-SHELL", "exit 0"),))),
        compose(box(checks=(check(CheckKind.HEALTH, "CMD-SHELL", "curl -f localhost || exit 1"),))),
    ),
    "A0204": (
        kubernetes(box(ports=port(80), checks=(check(CheckKind.LIVE, path="/live"),))),
        kubernetes(
            box(
                ports=port(80),
                checks=(
                    check(CheckKind.LIVE, path="/live"),
                    check(CheckKind.READY, path="/ready"),
                ),
            )
        ),
    ),
    "A0205": (
        kubernetes(
            box(checks=(check(CheckKind.LIVE, path="/ok"), check(CheckKind.READY, path="/ok")))
        ),
        kubernetes(
            box(checks=(check(CheckKind.LIVE, path="/ok"), check(CheckKind.READY, path="/ready")))
        ),
    ),
    "A0301": (
        compose(box()),
        compose(box(bounds=Bounds(memory=1 << 29)), box("db-migrate", restart="no")),
    ),
    "A0302": (compose(box()), kubernetes(box(bounds=Bounds(cpu_request=0.1)))),
    "A0303": (compose(box()), compose(box(bounds=Bounds(pids=100)))),
    "A0304": (
        kubernetes(box(bounds=Bounds(memory=1 << 29))),
        kubernetes(box(bounds=Bounds(memory=1 << 29, memory_request=1 << 28))),
    ),
    "A0401": (
        compose(box(confinement=Confinement(user="0:0"))),
        compose(box(confinement=Confinement(user="1000"))),
    ),
    "A0402": (
        compose(box()),
        compose(box("db", image=POSTGRES), box(confinement=Confinement(non_root=True))),
    ),
    "A0403": (
        compose(box(confinement=Confinement(privileged=True))),
        compose(box(confinement=Confinement(added=("NET_BIND_SERVICE",)))),
    ),
    "A0404": (
        compose(box(confinement=Confinement(added=("CAP_SYS_ADMIN",)))),
        compose(box(confinement=Confinement(added=("NET_BIND_SERVICE",)))),
    ),
    "A0405": (
        compose(box(confinement=Confinement(engine_socket=True))),
        compose(
            box(
                "socket-proxy",
                image="tecnativa/docker-socket-proxy:0.3",
                confinement=Confinement(engine_socket=True),
            )
        ),
    ),
    "A0406": (
        compose(box(confinement=Confinement(host_network=True))),
        compose(box(networks=("host-like",))),
    ),
    "A0407": (
        compose(box(confinement=Confinement(host_pid=True))),
        compose(box(mounts=bind("/proc", "/host/proc", read_only=True))),
    ),
    "A0408": (
        compose(box()),
        compose(box(confinement=Confinement(read_only=True)), box("db", image=POSTGRES)),
    ),
    "A0409": (
        compose(box()),
        compose(box(confinement=Confinement(no_new_privileges=True))),
    ),
    "A0410": (
        compose(box()),
        compose(box(confinement=Confinement(dropped=("ALL",)))),
    ),
    "A0411": (
        compose(box(mounts=bind("/etc", "/host/etc"))),
        compose(
            box(mounts=bind("/", "/rootfs", read_only=True)),
            box("clock", mounts=bind("/etc/localtime", "/etc/localtime")),
            box("files", mounts=bind("/srv/shop", "/data")),
        ),
    ),
    "A0501": (
        compose(box(variables=variable("API_KEY", secret=True))),
        compose(
            box(variables=variable("API_KEY_FILE", "/run/secrets/api", secret=True)),
            box("b", variables=variable("API_KEY", secret=True, source="host")),
        ),
    ),
    "A0502": (
        compose(box(variables=variable("API_KEY", secret=True, source="env_file"))),
        compose(box(variables=variable("API_URL", None, source="host"))),
    ),
    "A0503": (
        compose(box("db", variables=variable("POSTGRES_HOST_AUTH_METHOD", "trust"))),
        compose(box("db", variables=variable("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256"))),
    ),
    "A0504": (
        compose(box("cache", image="redis:7.2")),
        compose(
            box("cache", image="redis:7.2", command=("redis-server", "--requirepass", "x")),
            box("b", image="redis:7.2", mounts=bind("./redis.conf", "/usr/local/etc/redis.conf")),
        ),
    ),
    "A0505": (
        compose(box(variables=variable("DB_PASSWORD", secret=True, weak=True))),
        compose(box(variables=variable("MODE", "test", weak=True))),
    ),
    "A0601": (
        compose(box("db", image=POSTGRES, ports=everywhere(5432))),
        compose(box("db", image=POSTGRES, ports=port(5432, ("127.0.0.1", 5432)))),
    ),
    "A0602": (
        compose(box("admin", image="dpage/pgadmin4:8", ports=everywhere(80))),
        compose(box("admin", image="dpage/pgadmin4:8", ports=port(80, ("127.0.0.1", 5050)))),
    ),
    "A0603": (
        compose(box(ports=everywhere(9229))),
        compose(box(ports=port(9229))),
    ),
    "A0604": (
        compose(box("edge", image="nginx:1.27.1", ports=everywhere(80))),
        compose(
            box("edge", image="nginx:1.27.1", ports=(*everywhere(80), *everywhere(443))),
        ),
    ),
    "A0605": (
        compose(*MANY, box("db", image=POSTGRES)),
        compose(*(replace(each, networks=("edge",)) for each in MANY),
                box("db", image=POSTGRES, networks=("data",))),
    ),
    "A0701": (
        compose(box("db", image=POSTGRES)),
        compose(
            box("db", image=POSTGRES, mounts=DATA),
            box("other", image="bitnami/postgresql:16", mounts=(
                Mount(kind="volume", source="d", target="/bitnami/postgresql"),)),
            box("cache", image="redis:7.2"),
        ),
    ),
    "A0702": (
        compose(box(build="./web", mounts=bind("./web", "/app"))),
        compose(box(mounts=bind("./nginx.conf", "/app/nginx.conf")),
                box("b", mounts=bind("./media", "/media"))),
    ),
    "A0703": (
        compose(box("db", image=POSTGRES)),
        compose(box("db", image=POSTGRES), box("nightly", command=("sh", "-c", "pg_dump app"))),
    ),
    "A0704": (
        compose(box("db", image=POSTGRES)),
        compose(box("db", image=POSTGRES), box("db-replica", image=POSTGRES)),
    ),
    "A0801": (compose(box()), compose(box(restart="on-failure"), box("db-migrate"))),
    "A0802": (
        compose(box("db", image=POSTGRES)),
        kubernetes(box("db", image=POSTGRES)),
    ),
    "A0803": (compose(box(grace=0)), compose(box(grace=5))),
    "A0901": (
        compose(box(logging={"driver": "json-file"})),
        compose(box(logging={"driver": "local"}),
                box("b", logging={"driver": "json-file", "max-size": "10m"})),
    ),
    "A0902": (compose(box(logging={"driver": "none"})), compose(box(logging={"driver": "local"}))),
    "A0903": (
        compose(box()),
        compose(box(logging={"driver": "gelf"})),
    ),
    "A1001": (
        compose(box(ports=everywhere(8080))),
        compose(box(ports=everywhere(8080), replicas=(2, 2)),
                box("db", image=POSTGRES, ports=everywhere(5432))),
    ),
    "A1002": (
        kubernetes(box(ports=port(80, reach=("ingress",)), replicas=(3, 3))),
        kubernetes(box(ports=port(80, reach=("ingress",)), replicas=(2, 6))),
    ),
    "A1101": (
        compose(box(variables=variable("REDIS_URL", "redis://cache:6379/0")), box("cache")),
        compose(
            box(variables=variable("REDIS_URL", "redis://cache:6379/0"), needs=("worker",)),
            box("worker", needs=("cache",)),
            box("cache", variables=variable("MODE", "web")),
            box("left", variables=variable("PEER_URL", "http://right:80/")),
            box("right", variables=variable("PEER_URL", "http://left:80/")),
        ),
    ),
    "A1102": (
        compose(box(needs=("db",), conditions={"db": "service_started"}), box("db", checks=WORKS)),
        compose(box(needs=("db",), conditions={"db": "service_healthy"}), box("db", checks=WORKS)),
    ),
    "A1201": (compose(box()), compose(box(labels={"com.acme.owner": "web"}))),
    "A1202": (without("members: [ada, bob]", "members: [ada]"), system()),
    "A1203": (without(', chat: "#web", pager: {secret: WEB_PAGER}'), system()),
    "A1204": (without(", pager: {secret: WEB_PAGER}"), system()),
    "A1205": (compose(box()), compose(box(labels={"acme/runbook": "https://acme.example/web"}))),
    "A1206": (without("    summary: Answers.\n"), system()),
    "A1301": (
        compose(box()),
        compose(box(ports=port(9000, name="metrics"))),
    ),
    "A1302": (compose(box()), compose(box(), box("am", image="prom/alertmanager:v0.27.0"))),
    "A1303": (compose(box(), box("b")), compose(box())),
    "A1304": (
        compose(box(ports=everywhere(80))),
        compose(box(ports=port(80, ("127.0.0.1", 80)))),
    ),
    "A1305": (
        compose(METRICS, box("db", image=POSTGRES)),
        compose(
            METRICS,
            box("db", image=POSTGRES),
            box("exporter", image="prometheuscommunity/postgres-exporter:v0.15.0"),
        ),
    ),
    "A1306": (without(SLO), system()),
    "A1307": (system(PEOPLE + TEAM + API), system()),
    "A1401": (
        without("regions: {eu: {home: true}, us: {}}\n"),
        without("regions: {eu: {home: true}, us: {}}\n", "promises: [R01, R03]\n"),
    ),
    "A1402": (without("    invariants: {sound: SELECT true}\n"), system()),
    "A1403": (
        without("environments: {production: {runtime: kubernetes, context: prod}}\n"),
        system(),
    ),
}  # fmt: skip
