import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from seatrial.contract.output import Origin, Resources, Volume
from seatrial.runtimes.compose.document import document, service, sized_options
from seatrial.runtimes.compose.names import ALIAS, DIGEST, DURABLE
from seatrial.runtimes.compose.replica import Replica

Make = Callable[..., Replica]
ENGINE = {"origin": Origin.ENGINE, "engine": "prometheus"}


def made(*replicas: Replica) -> tuple[dict[str, Any], dict[str, str]]:
    return document(replicas[0].names, replicas)


def test_no_secret_is_in_the_file(replica: Make) -> None:
    one = replica(env={"URL": "postgres://app:${secret.key}@db", "PLAIN": "a$b"}, secrets=("key",))
    found, variables = made(one)
    assert "s3cret" not in json.dumps(found)
    environment = found["services"]["api.0"]["environment"]
    assert environment["URL"] == "${SEATRIAL_0}"
    assert variables == {"SEATRIAL_0": "postgres://app:s3cret$@db"}
    assert environment["PLAIN"] == "a$$b"


def test_a_secret_that_changes_changes_the_digest_alone(replica: Make) -> None:
    one = replica(env={"URL": "${secret.key}"}, secrets=("key",))
    other = Replica(
        names=one.names,
        workload=one.workload,
        location=one.location,
        image=one.image,
        secrets={"key": "another"},
    )
    (first, _), (second, _) = made(one), made(other)
    labels = [each["services"]["api.0"]["labels"] for each in (first, second)]
    assert labels[0].pop(DIGEST) != labels[1].pop(DIGEST)
    assert first == second


def test_who_is_called_from_a_network_of_others_has_a_name_there(replica: Make) -> None:
    joins = {"shop_back": "n-1"}
    asks = service(replace(replica(calls=("web",)), joins=joins))
    assert asks["networks"]["shop_back"] == {}
    assert ALIAS not in asks["labels"]
    asked = service(replace(replica(called_by=("web",)), joins=joins))
    assert asked["networks"]["shop_back"] == {"aliases": ["shop-api"]}
    assert asked["labels"][ALIAS] == "shop-api"
    assert asked["networks"]["default"]["aliases"] == ["api"]


@pytest.mark.parametrize("origin", [Origin.ENGINE, Origin.STORE, Origin.DAEMON])
def test_what_is_ours_is_closed_in(replica: Make, origin: Origin) -> None:
    found = service(replica(origin=origin))
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["user"] == "65534:65534"
    assert found["mem_limit"] == found["memswap_limit"] > 0


def test_the_users_image_keeps_its_user_and_its_files(replica: Make) -> None:
    found = service(replica())
    assert "user" not in found
    assert "read_only" not in found
    assert "mem_limit" not in found
    assert service(replica(resources=Resources(memory=64 << 20)))["mem_limit"] == 64 << 20


@pytest.mark.parametrize("more", [{}, ENGINE])
def test_nothing_has_privileges_or_is_seen_from_elsewhere(
    replica: Make, more: dict[str, Any]
) -> None:
    found = service(replica(**more))
    assert "privileged" not in found
    assert "no-new-privileges:true" in found["security_opt"]
    assert all(each.startswith("127.0.0.1::") for each in found["ports"])
    assert "docker.sock" not in json.dumps(found)
    assert all(":/seatrial" in each and not each.startswith("/") for each in found["volumes"])


def test_the_machine_is_shown_to_who_watches_it_and_to_nobody_else(replica: Make) -> None:
    found = service(replica(**ENGINE, watches_machine=True))
    shown = [each for each in found["volumes"] if each.startswith("/")]
    assert shown == ["/proc:/machine/proc:ro", "/sys/fs/cgroup:/machine/sys/fs/cgroup:ro"]
    assert found["user"] == "65533:65533"  # not that of processes whose secrets it would see
    assert (found["read_only"], found["cap_drop"]) == (True, ["ALL"])
    assert "pid" not in found


@pytest.mark.parametrize("flag", ["reads_logs", "sees_logs"])
def test_who_reads_or_sees_logs_is_shown_the_engines_files_and_nobody_else(
    replica: Make, flag: str
) -> None:
    one = replace(replica(**ENGINE, **{flag: True}), lines="/var/lib/docker/containers")
    found = service(one)
    shown = [each for each in found["volumes"] if each.startswith("/")]
    assert shown == ["/var/lib/docker/containers:/containers:ro"]
    assert found["user"] == "65534:0"  # in the group that may read lines, and no root
    assert (found["read_only"], found["cap_drop"]) == (True, ["ALL"])
    assert one.resolved("${self.logs}/*.log") == "/seatrial/logs/*.log"
    other = service(replace(replica(**ENGINE), lines="/var/lib/docker/containers"))
    assert other["user"] == "65534:65534"
    assert not [each for each in other["volumes"] if each.startswith("/")]


def test_nobody_is_shown_what_cannot_be_read(replica: Make) -> None:
    found = service(replica(**ENGINE, reads_logs=True))
    assert found["user"] == "65534:65534"
    assert not [each for each in found["volumes"] if each.startswith("/")]


def test_a_command_stands_instead_of_the_images_own(replica: Make) -> None:
    found = service(replica())
    assert found["entrypoint"] == ["serve", "10.64.0.9:8000"]
    assert found["command"] == []
    own = service(replica(argv=()))
    assert "entrypoint" not in own
    assert "command" not in own


def test_a_limited_volume_is_memory_of_that_size(replica: Make) -> None:
    limited = Volume(name="log", path="log", size=4096, durable=False)
    found, _ = made(replica(volumes=(limited, Volume(name="data", path="data"))))
    assert "log-api.0:/seatrial/self/log" in found["services"]["api.0"]["volumes"]
    options = found["volumes"]["log-api.0"]["driver_opts"]
    assert options["o"] == "size=4096,mode=0750,uid=10001,gid=10002"


def test_podman_is_told_the_size_in_blocks_which_it_takes_for_no_quota(replica: Make) -> None:
    limited = Volume(name="log", path="log", size=4097, durable=False)
    options = sized_options(replace(replica(volumes=(limited,)), podman=True), limited)
    assert options["o"] == "nr_blocks=2,mode=0750,uid=10001,gid=10002"


@pytest.mark.parametrize(("durable", "label"), [(True, "yes"), (False, "no")])
def test_a_volume_tells_itself_whether_its_data_is_durable(
    replica: Make, label: str, *, durable: bool
) -> None:
    found, _ = made(replica(volumes=(Volume(name="data", path="data", durable=durable),)))
    assert found["volumes"]["dir-api.0"]["labels"][DURABLE] == label


def test_every_replica_is_a_service_of_its_own(replica: Make) -> None:
    found, _ = made(replica(), replica(number=1))
    assert list(found["services"]) == ["api.0", "api.1"]
    names = [each["container_name"] for each in found["services"].values()]
    assert len(set(names)) == 2
    assert all(each.startswith(f"{found['name']}-api.") for each in names)


def test_one_that_shares_anothers_place_has_its_volume_where_that_has_it(replica: Make) -> None:
    one = replica(name="db-backups", shares="db", origin=Origin.DAEMON)
    found = service(one)["volumes"]
    assert found == ["dir-db-backups.0:/apart", "dir-db.0:/seatrial"]
    assert service(one)["working_dir"] == "/apart/self"
