"""Which image a workload needs."""

from __future__ import annotations

from seatrial.contract.output import Origin, Workload
from seatrial.engines.pgbackrest.engine import ENGINE as PGBACKREST
from seatrial.engines.postgres.engine import ENGINE as POSTGRES
from seatrial.engines.prometheus.engine import ENGINE as PROMETHEUS
from seatrial.engines.toxiproxy.engine import ENGINE as TOXIPROXY
from seatrial.runtimes.shared.wanted import Kind, wanted

_KNOWN = {each.name: each for each in (PGBACKREST, POSTGRES, PROMETHEUS, TOXIPROXY)}


def _workload(name: str, origin: Origin, **more: object) -> Workload:
    return Workload(name=name, origin=origin, argv=("x",), **more)  # type: ignore[arg-type]


def test_each_image_is_wanted_once() -> None:
    found = wanted(
        (
            _workload("worker", Origin.SERVICE, build="."),
            _workload("api", Origin.SERVICE, build="."),
            _workload("front", Origin.SERVICE, image="acme/front:1"),
            _workload("sink", Origin.DAEMON),
            _workload("prober", Origin.DAEMON),
            _workload("prometheus", Origin.ENGINE, engine="prometheus"),
        ),
        _KNOWN,
        "shop",
    )
    assert [(each.kind, each.name, each.workloads) for each in found] == [
        (Kind.BUILD, "api", ("api", "worker")),
        (Kind.DAEMONS, "daemons", ("prober", "sink")),
        (Kind.ENGINE, "prometheus", ("prometheus",)),
        (Kind.NAMED, "front", ("front",)),
    ]
    assert [each.repository for each in found] == [
        "seatrial/shop.api",
        "seatrial/daemons",
        "seatrial/prometheus",
        "",
    ]


def test_the_official_tag_is_that_of_the_release() -> None:
    assert PROMETHEUS.official() == f"{PROMETHEUS.image}:v3.5.3"
    assert TOXIPROXY.official() == f"{TOXIPROXY.image}:2.12.0"
    assert POSTGRES.official("15") == f"{POSTGRES.image}:15"


def test_programs_that_are_called_beside_are_in_the_same_image() -> None:
    found = wanted(
        (
            _workload("db", Origin.STORE, engine="postgres", image="p:15", tools=("pgbackrest",)),
            _workload("engine postgres", Origin.ENGINE, engine="postgres"),
            _workload("db-backups", Origin.DAEMON, tools=("pgbackrest", "postgres")),
            _workload("sink", Origin.DAEMON),
        ),
        _KNOWN,
        "shop",
    )
    assert [(each.name, each.repository, each.workloads) for each in found] == [
        ("daemons", "seatrial/daemons", ("sink",)),
        (
            "daemons+pgbackrest+postgres",
            "seatrial/daemons-pgbackrest-postgres",
            ("db-backups",),
        ),
        (
            "postgres+pgbackrest",
            "seatrial/postgres-pgbackrest",
            ("db", "engine postgres"),
        ),
    ]
    # its files are read by programs of this machine's version, so that it is of that one, too
    assert [(each.official, each.versions) for each in found][-1] == ("", ("15",))


def test_a_server_whose_programs_others_call_is_built_as_they_are() -> None:
    found = wanted(
        (
            _workload("db", Origin.STORE, engine="postgres", image="p:15"),
            _workload("reader", Origin.DAEMON, tools=("postgres",)),
        ),
        _KNOWN,
        "shop",
    )
    assert [(each.name, each.official) for each in found] == [
        ("daemons+postgres", ""),
        ("postgres", ""),
    ]


def test_each_version_that_was_asked_of_one_image_is_kept() -> None:
    stores = [
        _workload(name, Origin.STORE, engine="postgres", image=f"p:{version}")
        for name, version in (("old", "15"), ("new", "16"))
    ]
    daemon = _workload("old-backups", Origin.DAEMON, tools=("pgbackrest", "postgres"))
    found = {each.name: each for each in wanted((*stores, daemon), _KNOWN, "shop")}
    assert found["postgres"].versions == ("15", "16")


def test_who_runs_a_services_commands_stands_in_its_image() -> None:
    beside = {"shares": "worker", "commands": True, "tools": ("pgbackrest",)}
    found = wanted(
        (
            _workload("api", Origin.SERVICE, build="."),
            _workload("worker", Origin.SERVICE, build="."),
            _workload("front", Origin.SERVICE, image="acme/front:1"),
            _workload("worker-backups", Origin.DAEMON, **beside),
            _workload("worker-backups-us", Origin.DAEMON, **beside),
            _workload("front-backups", Origin.DAEMON, **{**beside, "shares": "front"}),
            _workload("sink", Origin.DAEMON),
        ),
        _KNOWN,
        "shop",
    )
    assert [(each.kind, each.name, each.workloads) for each in found] == [
        (Kind.BUILD, "api", ("api", "worker")),
        (Kind.DAEMONS, "daemons", ("sink",)),
        (Kind.NAMED, "front", ("front",)),
        (
            Kind.WITHIN,
            "daemons+pgbackrest in api",
            ("worker-backups", "worker-backups-us"),
        ),
        (Kind.WITHIN, "daemons+pgbackrest in front", ("front-backups",)),
    ]
    one, other = found[-2:]
    assert one.repository == "seatrial/daemons-pgbackrest-in-shop.api"
    assert other.repository == "seatrial/daemons-pgbackrest-in-front"
    ours, base = one.parts
    assert (ours.name, ours.tools, base) == ("daemons+pgbackrest", ("pgbackrest",), found[0])
    assert other.parts[1].official == "acme/front:1"
