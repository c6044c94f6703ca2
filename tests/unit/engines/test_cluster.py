"""etcd, HAProxy, Patroni: what their files hold. That they take them, tests/engines shows."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

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
from seatrial.engines.patroni import fence, hands, rest
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
    witnesses=("10.0.0.1:2379", "10.0.0.2:2379"),
    synchronous=True,
    password="db",
    replication="db-replication",
    orders="db-rest",
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
    assert "stores.NAME.failover" in getattr(engine, "asked_by", "").split(" or ")


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
    assert set(made.secrets) == {"db", "db-replication", "db-rest"}
    assert read["etcd3"]["hosts"] == ["10.0.0.1:2379", "10.0.0.2:2379"]


def test_a_member_is_ready_by_its_own_word_and_named_by_its_replica() -> None:
    made = members()
    assert made.ready is not None
    assert (made.ready.port, made.ready.path) == ("rest", "/readiness")
    assert made.ports == {"sql": 5432, "rest": 8008}
    assert yaml.safe_load(made.files[0].text)["name"] == "db-members-${self.replica}"
    assert (made.engine, made.tools) == ("patroni", ("postgres",))


# -- another region ----------------------------------------------------------------------------

THERE = patroni.Other(
    region="us-east",
    scope="db-us-east",
    stream=Endpoint(host="10.1.0.9", port=5433),
    members=(Endpoint(host="10.1.0.1", port=5432), Endpoint(host="10.1.0.2", port=5432)),
)
FIRST = replace(CLUSTER, region="eu", other=THERE)
COPY = replace(FIRST, region="us-east", other=replace(THERE, region="eu"), copies=True)


def test_home_keeps_a_slot_for_the_copy_which_begins_behind_it() -> None:
    home, copy = patroni.dynamic(FIRST), patroni.dynamic(COPY)
    assert home["slots"] == {"region_us_east": {"type": "physical"}}
    assert "standby_cluster" not in home
    assert copy["standby_cluster"] == {
        "host": "10.1.0.9",
        "port": 5433,
        "primary_slot_name": "region_us_east",
        "create_replica_methods": ["basebackup"],
    }
    assert "slots" not in copy
    # a copy that is away must not fill the primary's disk
    kept = [each["postgresql"]["parameters"]["max_slot_wal_keep_size"] for each in (home, copy)]
    assert kept == ["1GB", "1GB"]
    alone = patroni.dynamic(CLUSTER)
    assert not {"slots", "standby_cluster"} & alone.keys()
    assert "max_slot_wal_keep_size" not in alone["postgresql"]["parameters"]


def test_what_a_cluster_is_told_when_it_leads_is_taken_back_when_it_follows() -> None:
    leads = patroni.leads("eu")
    follows = patroni.follows("us", "eu", THERE.stream)
    assert leads.keys() == follows.keys()
    assert (leads["standby_cluster"], follows["slots"]) == (None, {"region_eu": None})
    assert json.loads(rest.changed(leads)) == {
        "standby_cluster": None,
        "slots": {"region_eu": {"type": "physical"}},
    }


def test_only_a_member_with_another_region_has_a_fence() -> None:
    def files(cluster: Cluster) -> dict[str, str]:
        made = members_workload(cluster, replicas=2, after=(), resources=Resources(), owner="data")
        return {each.path: each.text for each in made.files}

    assert patroni.FENCE not in files(CLUSTER)
    assert "pre_promote" not in yaml.safe_load(files(CLUSTER)["config/patroni.yml"])["postgresql"]
    script = files(FIRST)[patroni.FENCE]
    assert "10.1.0.1:5432 10.1.0.2:5432" in script
    assert "${self.ports.sql}" in script
    settings = yaml.safe_load(files(FIRST)["config/patroni.yml"])
    assert settings["postgresql"]["pre_promote"] == "sh ${self.dir}/fence.sh ${self.dir}"
    with pytest.raises(ValueError, match="nobody to ask"):
        fence.text(())


def test_where_three_regions_agree_their_word_replaces_the_members_own() -> None:
    three = replace(FIRST, majority=True)
    made = members_workload(three, replicas=2, after=(), resources=Resources(), owner="data")
    script = next(each.text for each in made.files if each.path == patroni.FENCE)
    assert "--endpoints=10.0.0.1:2379,10.0.0.2:2379" in script
    assert "/seatrial/db-us-east/config" in script
    assert "pg_last_xact_replay_timestamp" not in script
    assert "etcd" in made.tools  # whose client asks
    assert "etcdctl" not in fence.text(THERE.members)
    # who does not reach two of three is no primary, whatever its own members say
    assert (patroni.dynamic(three)["failsafe_mode"], patroni.dynamic(FIRST)["failsafe_mode"]) == (
        False,
        True,
    )


def test_who_agrees_is_reached_as_is_said_where_a_proxy_leads_there() -> None:
    direct, proxied = (
        yaml.safe_load(patroni.text(each))["etcd3"]
        for each in (CLUSTER, replace(CLUSTER, proxied=True))
    )
    assert direct == {"hosts": ["10.0.0.1:2379", "10.0.0.2:2379"]}
    assert proxied == {**direct, "use_proxies": True}  # else it would ask them where they are


def test_a_member_tells_when_it_last_reached_etcd() -> None:
    assert rest.heard(b'{"state": "running", "dcs_last_seen": 1790000000}') == 1790000000.0
    with pytest.raises(KeyError):
        rest.heard(b"{}")


def test_a_member_in_a_region_of_its_own_is_waited_for_longer() -> None:
    read = yaml.safe_load(etcd.text("a", token="t", peers=PEERS, apart=True))
    assert read["heartbeat-interval"] == 250
    assert read["election-timeout"] >= 10 * read["heartbeat-interval"]
    assert read["pre-vote"] is True


def test_far_members_are_led_to_last_and_never_streamed_from() -> None:
    far = Member(name="far", host="10.1.0.1", port=5432, rest=8008, far=True)
    text = haproxy.text("sql", (far, *MEMBERS))
    primary, stream = text.split("listen primary")[1].split("listen stream")
    assert primary.index("server two") < primary.index("server far")
    assert "server far 10.1.0.1:5432 check port 8008 backup" in primary
    assert "far" not in stream.partition("frontend")[0]
    # a primary that is stopped by plan still sends its copy what it has
    assert "shutdown-sessions" in primary
    assert "shutdown-sessions" not in stream
    assert "listen stream" not in haproxy.text("sql", MEMBERS)
    made = proxy_workload(
        "db", (far, *MEMBERS), port=("sql", 5432), origin=Origin.STORE, region="", owner=""
    )
    assert made.ports == {"sql": 5432, "status": 8404, "stream": 5433}


PRIMARY = {"state": "running", "role": "primary", "xlog": {"location": 900}}
HEAD = {
    "state": "running",
    "role": "standby_leader",
    "replication_state": "streaming",
    "xlog": {
        "received_location": 890,
        "replayed_location": 880,
        "replayed_timestamp": "2026-11-27 10:00:00.5+00:00",
    },
}


def test_a_member_tells_what_it_is_and_how_far_its_log_goes() -> None:
    own = rest.own(json.dumps(PRIMARY).encode())
    assert (own.primary, own.head, own.position, own.written) == (True, False, 900, None)
    head = rest.own(json.dumps(HEAD).encode())
    # what it has received it replays before it is promoted
    assert (head.primary, head.head, head.streams, head.position) == (False, True, True, 890)
    assert head.written == 1795773600.5
    stopping = rest.own(b'{"state": "stopping", "role": "primary"}')
    assert (stopping.runs, stopping.primary, stopping.position) == (False, False, None)
    with pytest.raises((ValueError, AttributeError)):
        rest.own(b"[]")
    assert rest.copied(b'{"standby_cluster": {"host": "a"}}')
    assert not rest.copied(b'{"standby_cluster": null}')


SHUT = """\
pg_control version number:            1300
Database cluster state:               {}
pg_control last modified:             Fri Nov 27 19:00:00 2026
Latest checkpoint location:           1/A000028
Latest checkpoint's REDO location:    1/A000028
"""


@pytest.mark.parametrize(
    ("state", "position"),
    [
        ("shut down", 0x10A000029),
        ("shut down in recovery", 0x10A000029),
        ("in production", None),
        ("shutting down", None),
    ],
)
def test_where_a_log_ends_is_told_only_of_who_was_shut_down(
    state: str, position: int | None
) -> None:
    assert hands.shut(SHUT.format(state)) == position


def test_a_running_cluster_is_told_what_it_goes_by_otherwise() -> None:
    now = patroni.dynamic(FIRST)
    assert patroni.owed(FIRST, now) == {}
    assert patroni.owed(replace(FIRST, synchronous=False), now) == {"synchronous_mode": False}
    # what others have set stays; what is missing comes
    more = now | {"pause": True, "postgresql": {"use_slots": True, "parameters": {"a": 1}}}
    assert patroni.owed(FIRST, more).keys() == {"postgresql"}
    assert patroni.owed(FIRST, more)["postgresql"]["parameters"]["wal_log_hints"] is True
    alone = patroni.dynamic(CLUSTER)
    assert patroni.owed(FIRST, alone)["slots"] == {"region_us_east": {"type": "physical"}}


def test_which_region_leads_is_not_a_matter_of_the_file_once_it_runs() -> None:
    moved = patroni.dynamic(FIRST) | patroni.follows("eu", "us-east", THERE.stream)
    assert patroni.owed(FIRST, moved) == {}
    promoted = patroni.dynamic(COPY) | patroni.leads("eu")
    assert patroni.owed(COPY, promoted) == {}


def test_a_server_that_crashed_finds_no_place_for_its_lock_until_it_may_start(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir()
    lock = tmp_path / ".s.PGSQL.5432.lock"

    def run(script: tuple[str, ...]) -> int:
        marks = {"${self.dir}": str(tmp_path), "${self.ports.sql}": "5432"}
        argv = list(script)
        for mark, text in marks.items():
            argv = [each.replace(mark, text) for each in argv]
        return subprocess.run(argv, check=False).returncode

    assert run(hands.UNCRASH) == 0  # it was never run
    with subprocess.Popen(["sleep", "60"]) as server:
        (tmp_path / "data/postmaster.pid").write_text(f"{server.pid}\n{tmp_path}/data\n")
        lock.write_text(f"{server.pid}\n")
        assert run(hands.CRASH) == 0
        assert server.wait(10) == -signal.SIGKILL
    assert lock.is_dir()
    for _ in range(2):
        assert run(hands.UNCRASH) == 0
        assert not lock.exists()
    lock.write_text("of a server that was started meanwhile\n")
    assert run(hands.UNCRASH) == 0
    assert lock.is_file()


@pytest.mark.parametrize("script", [hands.HANG, hands.PROMOTE, hands.REJOIN])
def test_a_containers_first_process_is_never_taken_for_patroni(script: tuple[str, ...]) -> None:
    """It has the words of the one that it starts, and nothing within its container stops it."""
    text = script[2]
    assert text.index('[ "$each" != /proc/1 ]') < text.index("confi[g]")
