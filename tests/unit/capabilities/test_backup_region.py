"""A store's backups in another region: what the file may say, and what is planned of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup import policy
from seatrial.contract.action import AlterFile, Execute
from seatrial.contract.output import Workload
from seatrial.engines.pgbackrest import config
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.load import load

TEXT = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}, far: {outside: true}}
services: {front: {owner: web, image: example/front, ports: {http: 80}, needs: [db]}}
stores:
  db: {engine: postgres, version: "15", owner: web, backup: {also_in: us}}
promises: [R01, R20]
environments: {rehearsal: {runtime: local}}
"""


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Plan]:
    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


def by_name(planned: Plan) -> dict[str, Workload]:
    return {each.name: each for each in planned.workloads}


def text(workload: Workload, path: str = "pgbackrest.conf") -> str:
    return next(each.text for each in workload.files if each.path == path)


@pytest.mark.parametrize(
    ("old", "new", "told", "cure"),
    [
        ("also_in: us", "also_in: mars", "mars is no region", "those that are run: us"),
        ("also_in: us", "also_in: eu", "backed up in eu anyway: it is home", "another region"),
        ("also_in: us", "also_in: far", "the region far is not run", "take outside off it"),
        ("[R01, R20]", "[R20]", "the region us is not run", "promise R01"),
    ],
)
def test_a_region_in_which_nothing_can_lie_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, told: str, cure: str
) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    system = load(file).system
    assert system is not None
    (found,) = policy.problems(system)
    assert (found.code, found.place.line) == ("ST7108", 7)
    assert told in found.summary
    assert cure in found.cure


def test_who_names_no_region_runs_none_of_it(local: Callable[[str], Plan]) -> None:
    found = local(TEXT.replace("{also_in: us}", "{}"))
    names = {each.name for each in found.workloads}
    assert "db-backups" in names
    assert not {each for each in names if each.startswith(("db-vault", "db-backups-"))}
    store = by_name(found)["db"]
    assert "repo2" not in text(store)
    assert not next(each.secret for each in store.files if each.path == "pgbackrest.conf")
    assert not {each for each in found.secrets if "vault" in each}


def test_the_server_archives_into_both_and_only_the_second_is_encrypted(
    local: Callable[[str], Plan],
) -> None:
    found = local(TEXT)
    store = by_name(found)["db"]
    own = text(store)
    assert "repo1-path=${self.dir}/repository\n" in own
    assert "repo1-cipher" not in own
    assert "repo2-cipher-type=aes-256-cbc\nrepo2-cipher-pass=${secret.db-vault-us-cipher}\n" in own
    assert "repo2-storage-ca-file=${self.dir}/us.pem\n" in own
    assert "verify-tls" not in own
    server = found.placement.endpoint("db-vault-us", "s3")
    assert f"repo2-s3-endpoint={server.host}\n" in own
    assert f"repo2-storage-port={server.port}\n" in own
    secret = {each.path: each.secret for each in store.files}
    assert secret["pgbackrest.conf"]
    assert {"db-vault-us-cipher", "db-vault-us-s3"} <= set(store.secrets)


def test_who_restores_from_there_knows_of_nothing_at_home(local: Callable[[str], Plan]) -> None:
    found = by_name(local(TEXT))
    far, home = found["db-backups-us"], found["db-backups"]
    assert "repo2" not in text(far)
    assert "repo1-type=s3\n" in text(far)
    assert "/repository" not in text(far)
    assert "s3" not in text(home)
    assert far.after == ("db", "db-vault-us")
    assert "db-backups-us-orders" in far.secrets
    assert "db-backups-orders" not in far.secrets
    assert json.loads(text(far, "plan.json"))["schedule"] == {
        "full": 604800,
        "differential": 86400,
        "incremental": 21600,
    }


def test_the_key_is_not_where_the_backups_are(local: Callable[[str], Plan]) -> None:
    vault = by_name(local(TEXT))["db-vault-us"]
    assert vault.region == "us"
    assert set(vault.secrets) == {"db-vault-us.authority", "db-vault-us-s3"}
    assert not any("cipher" in each.text for each in vault.files)
    assert not any("secret" in word for word in vault.argv)
    assert all(each.durable for each in vault.volumes)
    assert vault.resources.memory == 256 * 1024 * 1024


def test_each_place_has_its_own_alerts_and_the_server_is_told_of_once(
    local: Callable[[str], Plan],
) -> None:
    found = local(TEXT).declarations
    names = {
        group.name: {each.name for each in group.alerts}
        for group in found.groups
        if group.name.startswith("backup:")
    }
    assert names["backup:db"] - names["backup:db:us"] == {"ArchivingStuck", "RepositoryFull"}
    assert {"BackupsDown", "BackupsUnseen", "BackupLate", "BackupFailed"} <= names["backup:db:us"]
    (late,) = (
        each
        for group in found.groups
        if group.name == "backup:db:us"
        for each in group.alerts
        if each.name == "BackupLate"
    )
    assert 'job="db-backups-us"' in late.expr


def test_a_restore_from_there_is_a_drill_of_its_own(local: Callable[[str], Plan]) -> None:
    found = local(TEXT)
    scenarios = found.scenarios()
    (drill,) = (each for each in scenarios if each.name == "restore-db-from-us")
    assert drill.radius == {"db", "db-backups", "db-backups-us", "db-vault-us"}
    (order,) = drill.injections[0].actions
    assert order.workload == "db-backups-us"
    assert order.headers == (("authorization", "Bearer ${secret.db-backups-us-orders}"),)
    every = {each.name: each for each in found.expectations(scenarios)}
    exact, archived = (every[f"{kind}/restore-db-from-us"] for kind in ("exact", "archived"))
    assert exact.requirements == archived.requirements == ("R20.3", "T6")
    assert "versitygw" in exact.engines
    (spoiled,) = exact.control.actions
    assert isinstance(spoiled, Execute)
    assert spoiled.workload == "db-vault-us"
    (nowhere,) = archived.control.actions
    assert isinstance(nowhere, AlterFile)
    assert "repo2-s3-bucket=nowhere\n" in nowhere.text
    assert nowhere.text.replace("bucket=nowhere", "bucket=backups") == text(by_name(found)["db"])


def test_a_bucket_says_all_that_pgbackrest_needs() -> None:
    bucket = config.Bucket(
        folder="db",
        bucket="b",
        region="us",
        host="127.0.0.9",
        port=7070,
        authority="/ca",
        key="k",
        password="p",
        cipher="c",
    )
    found = config.text("/scratch", (bucket,), keep=86400)
    assert "repo1-path=/db\nrepo1-type=s3\nrepo1-s3-bucket=b\n" in found
    assert "repo1-s3-uri-style=path\n" in found
    assert "repo1-retention-full=1\n" in found


def test_a_mark_that_cannot_be_read_is_not_the_first_history(tmp_path: Path) -> None:
    """As the server has it: by a shell, in the data folder."""
    words = config.archive_command("/c", "/d").split("--stanza=")[1].rpartition(" --pg1-path")[0]

    def stanza() -> str:
        done = subprocess.run(
            ["sh", "-c", f'printf %s "{words}"'],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    mark = tmp_path / config.MARK
    assert stanza() == config.STANZA
    mark.write_text("main-20261127T231500Z\n")
    assert stanza() == "main-20261127T231500Z"
    mark.unlink()
    mark.mkdir()  # what root cannot read either
    assert stanza() == ""


def test_what_one_repository_refuses_the_others_do_not_wait_for(
    local: Callable[[str], Plan],
) -> None:
    asked = "[global:archive-push]\narchive-async=y\nio-timeout=5\n"
    alone = TEXT.replace("backup: {also_in: us}", "backup: {}")
    assert asked not in text(by_name(local(alone))["db"])
    assert text(by_name(local(TEXT))["db"]).endswith(asked)
