"""Backups, in another region, of a store that fails over: what is planned of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.contract.action import AlterFile, Execute
from seatrial.contract.output import File, Workload
from seatrial.runtimes.local.runtime import LocalRuntime

SECRETS = {"db-vault-us-cipher", "db-vault-us-s3"}
TEXT = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}}
services: {front: {owner: web, image: example/front, ports: {http: 80}, needs: [db]}}
stores:
  db: {engine: postgres, version: "15", owner: web, failover: {}, backup: {also_in: us}}
promises: [R01, R20, R21]
environments: {rehearsal: {runtime: local}}
"""


@pytest.fixture
def found(tmp_path: Path) -> Plan:
    file = tmp_path / "seatrial.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return plan(file, LocalRuntime("shop", tmp_path))


def workload(found: Plan, name: str) -> Workload:
    return next(each for each in found.workloads if each.name == name)


def file(one: Workload, path: str = "pgbackrest.conf") -> File:
    (found,) = (each for each in one.files if each.path == path)
    return found


def archiving(one: Workload) -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load(file(one, "config/archiving.yml").text)["postgresql"])


def test_a_member_sends_to_both_by_itself_and_home_waits_for_nobody(found: Plan) -> None:
    members = workload(found, "db-members")
    own = file(members)
    assert own.secret
    (keeps,) = found.placement.of("db-repository")
    vault = found.placement.endpoint("db-vault-us", "s3")
    assert f"repo1-host={keeps.address}\n" in own.text
    assert f"repo2-s3-endpoint={vault.host}\n" in own.text
    assert "repo2-cipher-pass=${secret.db-vault-us-cipher}\n" in own.text
    assert "repo2-host" not in own.text, "with home's server gone what is written still gets there"
    assert "archive-async=y\n" in own.text
    assert "spool-path=${self.dir}/tmp/spool\n" in own.text, "one of each member"
    assert "us.pem" in {each.path for each in members.files}
    assert set(members.secrets) >= SECRETS
    assert workload(found, "db-vault-us").region == "us"


def test_who_keeps_the_repository_at_home_knows_nothing_of_the_other(found: Plan) -> None:
    for name in ("db-repository", "db-pgbackrest", "db-backups"):
        one = workload(found, name)
        assert not SECRETS & set(one.secrets)
        assert "s3" not in file(one).text


def test_who_is_promoted_sends_to_each_of_them_apart(found: Plan) -> None:
    members = workload(found, "db-members")
    home, far = file(members, "only.conf"), file(members, "only.us.conf")
    assert (home.secret, far.secret) == (False, True)
    assert "repo1-host=" in home.text
    assert "repo1-type=s3\n" in far.text
    # who is sending to both holds a lock there for as long as it tries the far one
    assert "repo1-host-config=${folder.db-repository.0}/apart.conf\n" in home.text
    keeps = workload(found, "db-repository")
    usual, apart = file(keeps).text, file(keeps, "apart.conf").text
    assert "lock-path=${self.dir}/tmp/locks\n" in usual
    assert "lock-path=${self.dir}/tmp/apart/locks\n" in apart
    assert "repo1-path=${self.dir}/repository\n" in apart
    assert "tls-server" not in apart
    assert not any("repo2" in each.text for each in (home, far))
    script = file(members, "promoted.sh").text
    for number, one in enumerate(("only.conf", "only.us.conf"), 1):
        assert f"{number}) pgbackrest --config=${{self.dir}}/{one} --no-archive-async " in script
    assert "for number in 1 2; do" in script


def test_a_promotion_and_who_comes_back_wait_for_home_alone(found: Plan) -> None:
    settings = archiving(workload(found, "db-members"))
    assert " --repo=1 " in settings["recovery_conf"]["restore_command"]
    _, _, sent = settings["parameters"]["archive_command"].partition(" && ")
    back, _, push = sent.partition(" ;; *) ")
    assert back.startswith("case %p in /*) pgbackrest --config=${self.dir}/only.conf ")
    stops, _, push = push.partition("; else ")
    assert stops.startswith("if sed -n 8p postmaster.pid 2> /dev/null | grep -q stopping; then ")
    assert " timeout 5 pgbackrest --config=${self.dir}/only.conf " in stops
    assert stops.endswith("; false"), "its next start, or its successor, sends it to both"
    assert push.startswith("pgbackrest --stanza=main ")


def test_without_another_region_nothing_of_it_is_there(tmp_path: Path) -> None:
    other = tmp_path / "seatrial.yaml"
    other.write_text(TEXT.replace("{also_in: us}", "{}"), encoding="utf-8")
    found = plan(other, LocalRuntime("shop", tmp_path))
    members = workload(found, "db-members")
    assert not {each.path for each in members.files if each.path.startswith("only")}
    assert not file(members).secret
    assert "archive-async" not in file(members).text
    assert "apart.conf" not in {x.path for x in workload(found, "db-repository").files}
    assert "case %p" not in archiving(members)["parameters"]["archive_command"]
    assert "for number in 1; do" in file(members, "promoted.sh").text
    assert not {each.name for each in found.workloads if "vault" in each.name}


def test_who_restores_from_there_knows_of_nothing_at_home(found: Plan) -> None:
    far, home = workload(found, "db-backups-us"), workload(found, "db-backups")
    own = file(far)
    assert own.secret
    assert "repo1-type=s3\n" in own.text
    assert "/repository" not in own.text
    assert "repo2" not in own.text
    assert {"us.pem", "trusted.pem", "postgresql.conf"} <= {each.path for each in far.files}
    assert set(far.secrets) >= SECRETS
    assert {"db-repository", "db-vault-us"} <= set(far.after)
    assert (far.shares, home.shares) == ("db-repository", "db-repository")
    told, other = (json.loads(file(each, "plan.json").text) for each in (far, home))
    assert (told["lays"], told["region"]) == (False, "us")
    assert {"PGBACKREST_PG1_HOST", "PGBACKREST_PG2_HOST"} <= set(told["environment"])
    # a member lets in one at a time under one lock, and both are let in
    apart = "${folder.db-pgbackrest.0}/apart.conf"
    assert told["environment"]["PGBACKREST_PG1_HOST_CONFIG"] == apart
    assert "PGBACKREST_PG1_HOST_CONFIG" not in other["environment"]
    beside = workload(found, "db-pgbackrest")
    assert "lock-path=${self.dir}/tmp/apart/locks\n" in file(beside, "apart.conf").text
    assert "lock-path=${self.dir}/tmp/locks\n" in file(beside).text


def test_drills_of_both_places_have_controls_where_the_defect_can_be(found: Plan) -> None:
    drills = {each.name for each in found.scenarios()}
    assert {"restore-db", "restore-db-from-us", "restore-across-db"} <= drills
    controls = {each.name: each.control.actions for each in found.expectations(found.scenarios())}
    (spoilt,) = controls["exact/restore-db-from-us"]
    (nowhere,) = controls["archived/restore-db-from-us"]
    assert isinstance(spoilt, Execute)
    assert isinstance(nowhere, AlterFile)
    assert spoilt.workload == "db-vault-us"
    assert nowhere.workload == "db-members"
    planned = file(workload(found, "db-members")).text
    expected = planned.replace("repo2-s3-bucket=backups\n", "repo2-s3-bucket=nowhere\n")
    assert (nowhere.text, nowhere.text != planned) == (expected, True)
    (home,) = controls["archived/restore-db"]
    assert isinstance(home, AlterFile)
    assert "repo1-path=${self.dir}/nowhere\n" in home.text
    assert "repo2-s3-bucket=backups\n" in home.text
