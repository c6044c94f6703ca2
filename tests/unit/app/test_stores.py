"""A store that nothing here can run or ask is a problem, and never passed over."""

from pathlib import Path

import pytest

from seatrial.app.plan import Plan, Refused, plan, read
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.system.problem import Problem

SHOP = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
services:
  api: {owner: web, image: shop/api:1, ports: {http: 8000}, needs: [db]}
stores:
  db: {engine: mariadb, version: "11.8", owner: web, monitor: {user: eye, password: {secret: EYE}}}
"""
BESIDE = "environments: {rehearsal: {runtime: compose, beside: compose.yaml}}\n"


def refused(folder: Path, text: str, environment: str = "rehearsal") -> Problem:
    file = folder / "seatrial.yaml"
    file.write_text(text)
    with pytest.raises(Refused) as found:
        plan(file, MemoryRuntime(clock=lambda: 0.0), environment=environment)
    (problem,) = found.value.problems
    assert problem.place is not None
    assert problem.place.line == 7
    return problem


def planned(folder: Path, text: str) -> Plan:
    file = folder / "seatrial.yaml"
    file.write_text(text)
    return plan(file, MemoryRuntime(clock=lambda: 0.0))


@pytest.mark.parametrize("end", ["", BESIDE])
def test_st0302_a_product_that_nobody_knows(tmp_path: Path, end: str) -> None:
    found = refused(tmp_path, SHOP.replace("mariadb", "cassandra") + end)
    assert found.code == "ST0302"
    assert "cassandra" in found.summary
    assert found.cure == (
        "write one of mariadb, mysql, postgres, redis, or describe db under services"
    )
    found = refused(tmp_path, SHOP.replace("mariadb", "postgre") + end)
    assert found.cure == 'did you mean "postgres"?'


def test_st0303_what_is_only_watched_is_not_run(tmp_path: Path) -> None:
    found = refused(tmp_path, SHOP)
    assert found.code == "ST0303"
    assert found.cure == "write environments.rehearsal.beside, or describe db under services"
    elsewhere = BESIDE.replace("}}\n", "}, live: {runtime: compose}}\n")
    assert "environments.live.beside" in refused(tmp_path, SHOP + elsewhere, "live").cure


def test_a_mariadb_beside_is_asked_with_the_login_that_was_given(tmp_path: Path) -> None:
    found = planned(tmp_path, SHOP + BESIDE)
    (exporter,) = (each for each in found.workloads if each.name == "db-exporter")
    assert exporter.env == {}
    assert ["${secret.EYE}" in each.text for each in exporter.files] == [True]
    assert "--mysqld.username=eye" in exporter.argv
    assert "db" in exporter.calls  # so that it joins the store's network
    assert (found.secrets, found.brought) == (("EYE",), {"EYE"})
    names = {each.name for each in found.declarations.alerts if each.subject == "db"}
    assert {"StoreDown", "ConnectionsNearLimit", "SlowQueries", "Deadlocks"} <= names
    jobs = {each.job: each.workload for each in found.declarations.targets if each.subject == "db"}
    assert jobs["store-mariadb"] == "db-exporter"


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("postgres", {"DATA_SOURCE_USER": "eye"}),
        ("redis", {"REDIS_USER": "eye"}),
    ],
)
def test_so_are_the_others(tmp_path: Path, engine: str, told: dict[str, str]) -> None:
    found = planned(tmp_path, SHOP.replace("mariadb", engine) + BESIDE)
    (exporter,) = (each for each in found.workloads if each.name == "db-exporter")
    assert told.items() <= exporter.env.items()
    assert ["${secret.EYE}" in each.text for each in exporter.files] == [True]


def test_without_a_login_only_its_port_is_asked(tmp_path: Path) -> None:
    login = ", monitor: {user: eye, password: {secret: EYE}}"
    found = planned(tmp_path, SHOP.replace(login, "") + BESIDE)
    assert "db-exporter" not in {each.name for each in found.workloads}
    jobs = {each.job for each in found.declarations.targets if each.subject == "db"}
    assert jobs == {"store-tcp", "container"}
    alerts = {each.name: each for each in found.declarations.alerts if each.subject == "db"}
    assert "probe_success" in alerts["StoreDown"].expr


def test_a_login_is_written_once(tmp_path: Path) -> None:
    text = SHOP.replace("monitor:", "exporter: api, monitor:") + BESIDE
    assert refused(tmp_path, text).code == "ST1309"


def test_what_a_store_needs_of_a_login_is_asked_for(tmp_path: Path) -> None:
    text = SHOP.replace("user: eye, ", "") + BESIDE
    found = refused(tmp_path, text)
    assert (found.code, found.cure) == ("ST2107", "write stores.db.monitor.user")
    (tmp_path / "seatrial.yaml").write_text(text.replace("mariadb", "redis"))
    assert read(tmp_path / "seatrial.yaml")[1] == ()
