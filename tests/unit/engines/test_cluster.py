"""etcd, HAProxy, Patroni: what their files hold. That they take them, tests/engines shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from seatrial.contract.output import Origin, Resources, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.etcd import config as etcd
from seatrial.engines.etcd.engine import ENGINE as ETCD
from seatrial.engines.etcd.workload import workload as member_workload
from seatrial.engines.haproxy import config as haproxy
from seatrial.engines.haproxy.config import Member
from seatrial.engines.haproxy.engine import ENGINE as HAPROXY
from seatrial.engines.haproxy.workload import workload as proxy_workload
from seatrial.engines.patroni import config as patroni
from seatrial.engines.patroni.config import Cluster
from seatrial.engines.patroni.engine import ENGINE as PATRONI
from seatrial.engines.patroni.workload import workload as members_workload
from seatrial.engines.postgres.workload import workload as alone

PEERS = {"c": "10.0.0.3:2380", "a": "10.0.0.1:2380", "b": "10.0.0.2:2380"}
MEMBERS = (
    Member(name="two", host="10.0.0.5", port=5432, rest=8008),
    Member(name="one", host="10.0.0.4", port=5432, rest=8008),
)
CLUSTER = Cluster(
    scope="db",
    members="db-members",
    witnesses=(Endpoint(host="10.0.0.1", port=2379), Endpoint(host="10.0.0.2", port=2379)),
    synchronous=True,
    password="db",
    replication="db-replication",
)


def test_a_member_knows_all_members_and_which_it_is() -> None:
    read = yaml.safe_load(etcd.text("b", token="shop-database", peers=PEERS))
    assert read["name"] == "b"
    assert read["initial-cluster"] == (
        "a=http://10.0.0.1:2380,b=http://10.0.0.2:2380,c=http://10.0.0.3:2380"
    )
    assert read["initial-cluster-token"] == "shop-database"
    assert read["enable-grpc-gateway"] is True  # off by default for who reads a file


def test_the_order_in_which_members_are_named_changes_no_byte() -> None:
    turned = dict(reversed(PEERS.items()))
    assert etcd.text("a", token="t", peers=PEERS) == etcd.text("a", token="t", peers=turned)
    assert haproxy.text("sql", MEMBERS) == haproxy.text("sql", MEMBERS[::-1])


def test_an_election_takes_at_least_ten_heartbeats() -> None:
    read = yaml.safe_load(etcd.text("a", token="t", peers=PEERS))
    assert read["election-timeout"] >= 10 * read["heartbeat-interval"]


@pytest.mark.parametrize("count", [2, 4])
def test_an_even_number_of_members_is_refused(count: int) -> None:
    peers = {f"m{each}": f"10.0.0.{each}:2380" for each in range(count)}
    with pytest.raises(ValueError, match=f"{count} members survive no more than {count - 1}"):
        etcd.text("m0", token="t", peers=peers)


def test_who_is_no_peer_has_no_file() -> None:
    with pytest.raises(ValueError, match="z is none of the members a, b, c"):
        etcd.text("z", token="t", peers=PEERS)


def test_what_a_member_promised_outlives_its_process() -> None:
    made = member_workload("a", token="t", peers=PEERS, region="north", owner="web")
    (volume,) = made.volumes
    read = yaml.safe_load(made.files[0].text)
    assert volume.durable
    assert read["data-dir"] == f"${{self.dir}}/{volume.path}"
    assert (made.engine, made.region, made.owner) == ("etcd", "north", "web")


def test_the_proxy_asks_each_member_whether_it_is_the_primary() -> None:
    made = haproxy.text("sql", MEMBERS)
    assert "    server one 10.0.0.4:5432 check port 8008\n" in made
    assert "    server two 10.0.0.5:5432 check port 8008\n" in made
    assert "bind ${self.address}:${self.ports.sql}\n" in made
    assert "option httpchk OPTIONS /primary\n" in made
    assert "on-marked-down shutdown-sessions\n" in made


def test_a_proxy_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody to lead to"):
        haproxy.text("sql", ())


def test_the_proxy_stands_at_the_port_that_it_is_given_and_is_ready_with_a_primary() -> None:
    made = proxy_workload(
        "database", MEMBERS, port=("sql", 5432), origin=Origin.STORE, region="", owner="web"
    )
    assert made.ports["sql"] == 5432
    assert made.ready is not None
    assert (made.ready.port, made.ready.path) == ("status", "/ready")
    assert made.origin is Origin.STORE


@pytest.mark.parametrize("engine", [ETCD, HAPROXY, PATRONI])
def test_nobody_gets_them_who_did_not_ask(engine: object) -> None:
    assert getattr(engine, "asked_by", "") == "stores.NAME.failover"


def members() -> Workload:
    return members_workload(
        CLUSTER, replicas=2, after=("a", "b"), resources=Resources(), owner="web"
    )


def spelt(value: object) -> str:
    return {"True": "on", "False": "off"}.get(str(value), str(value))


def test_a_member_is_set_as_a_server_that_is_alone_is() -> None:
    single = alone("db", owner="", secret="db", durable=True, resources=Resources(), region="")
    conf = next(each.text for each in single.files if each.path == "postgresql.conf")
    wanted = dict(line.split(" = ", 1) for line in conf.splitlines() if "$" not in line)
    read = yaml.safe_load(patroni.text(CLUSTER))
    given = read["postgresql"]["parameters"] | read["bootstrap"]["dcs"]["postgresql"]["parameters"]
    assert len(wanted) > 5
    assert {key: spelt(given[key]) for key in wanted} == {
        key: value.strip("'") for key, value in wanted.items()
    }


def test_every_connection_to_a_member_needs_a_password() -> None:
    read = yaml.safe_load(patroni.text(CLUSTER))
    assert {line.split()[-1] for line in read["postgresql"]["pg_hba"]} == {"scram-sha-256"}
    assert "data-checksums" in read["bootstrap"]["initdb"]


def test_a_lease_outlives_a_look_and_two_tries() -> None:
    dynamic = patroni.dynamic(CLUSTER)
    assert dynamic["ttl"] >= dynamic["loop_wait"] + 2 * dynamic["retry_timeout"]
    assert dynamic["primary_start_timeout"] == 0  # another takes over, instead of a new start


@pytest.mark.parametrize("synchronous", [True, False])
def test_who_waits_for_the_standby_asked_for_it(*, synchronous: bool) -> None:
    given = replace(CLUSTER, synchronous=synchronous)
    assert patroni.dynamic(given)["synchronous_mode"] is synchronous


def test_a_member_keeps_its_data_and_hides_its_passwords() -> None:
    made = members()
    (volume,) = made.volumes
    read = yaml.safe_load(made.files[0].text)
    assert volume.durable
    assert read["postgresql"]["data_dir"] == f"${{self.dir}}/{volume.path}"
    assert all(each.secret for each in made.files if "${secret." in each.text)
    assert set(made.secrets) == {"db", "db-replication"}
    assert read["etcd3"]["hosts"] == ["10.0.0.1:2379", "10.0.0.2:2379"]


def test_a_member_is_ready_by_its_own_word_and_named_by_its_replica() -> None:
    made = members()
    assert made.ready is not None
    assert (made.ready.port, made.ready.path) == ("rest", "/readiness")
    assert made.ports == {"sql": 5432, "rest": 8008}
    assert yaml.safe_load(made.files[0].text)["name"] == "db-members-${self.replica}"
    assert (made.engine, made.tools) == ("patroni", ("postgres",))
