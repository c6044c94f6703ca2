"""Backups of a store that has members in two regions: what is planned of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.contract.output import File, Workload
from seatrial.runtimes.local.runtime import LocalRuntime

TEXT = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}, ap: {}}
services: {front: {owner: web, image: example/front, ports: {http: 80}, needs: [db]}}
stores:
  db: {engine: postgres, version: "15", owner: web, failover: {region: us}, backup: {also_in: us}}
promises: [R01, R20, R21]
environments: {rehearsal: {runtime: local}}
"""


def planned(folder: Path, text: str = TEXT) -> Plan:
    file = folder / "seatrial.yaml"
    file.write_text(text, encoding="utf-8")
    return plan(file, LocalRuntime("shop", folder))


@pytest.fixture
def found(tmp_path: Path) -> Plan:
    return planned(tmp_path)


def workload(found: Plan, name: str) -> Workload:
    return next(each for each in found.workloads if each.name == name)


def file(one: Workload, path: str = "pgbackrest.conf") -> File:
    (found,) = (each for each in one.files if each.path == path)
    return found


def archiving(one: Workload) -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load(file(one, "config/archiving.yml").text)["postgresql"])


def admitted(one: Workload) -> set[str]:
    return set(re.findall(r"tls-server-auth=(\S+)=\*", file(one).text))


def test_members_in_both_regions_archive_into_the_same_repositories(found: Plan) -> None:
    home, away = (workload(found, f"db-members{each}") for each in ("", "-us"))
    for path in ("pgbackrest.conf", "only.conf", "only.us.conf", "promoted.sh"):
        assert file(home, path).text == file(away, path).text
    assert home.env == away.env == {"PGBACKREST_CONFIG": "${self.dir}/pgbackrest.conf"}
    assert "pgbackrest" in away.tools
    assert {"db-vault-us-cipher", "db-vault-us-s3"} <= set(away.secrets)
    assert archiving(away)["parameters"]["archive_mode"] == "on"


def test_a_member_reads_the_archive_of_its_region_only_while_it_is_rewound(found: Plan) -> None:
    """Who replays from there would follow the other region, and a promotion would wait for it."""
    for members, number in (("db-members", 1), ("db-members-us", 2)):
        one = workload(found, members)
        restore = archiving(one)["recovery_conf"]["restore_command"]
        assert restore == 'sh ${self.dir}/rewound.sh %f "%p"'
        script = file(one, "rewound.sh").text
        assert f" --repo={number} " in script
        assert "kill -0" in script


def test_who_comes_back_sends_into_its_own_region_alone(found: Plan) -> None:
    for members, only in (("db-members", "only.conf"), ("db-members-us", "only.us.conf")):
        settings = archiving(workload(found, members))["parameters"]["archive_command"]
        _, _, sent = settings.partition(" && ")
        assert sent.startswith(f"case %p in /*) pgbackrest --config=${{self.dir}}/{only} ")


def test_a_timeline_counts_where_the_way_of_its_own_region_leads_to_it(found: Plan) -> None:
    for front, members in (("db", "db-members"), ("db-us", "db-members-us")):
        leads = found.placement.endpoint(front, "sql")
        assert (
            f"--host={leads.host} --port={leads.port}"
            in file(workload(found, members), "led.sh").text
        )


def test_the_daemon_of_that_region_outlives_home(found: Plan) -> None:
    far, home = workload(found, "db-backups-us"), workload(found, "db-backups")
    assert (far.region, far.shares) == ("us", "")
    assert (home.region, home.shares) == ("", "db-repository")
    assert "db-us" in far.after
    assert not {"db", "db-repository"} & set(far.after)
    told = json.loads(file(far, "plan.json").text)
    leads = found.placement.endpoint("db-us", "sql")
    assert (told["server"]["host"], told["server"]["port"]) == (leads.host, leads.port)
    assert not re.findall(r"\$\{self\.shared\}", file(far, "plan.json").text)
    # it shows a certificate of its own, made at each start
    assert "seatrial.daemons.certified.become" in far.argv
    assert far.argv.index("--") < far.argv.index("seatrial.daemons.backups")
    assert told["environment"]["PGBACKREST_PG1_HOST_CERT_FILE"] == "${self.dir}/shown.pem"
    assert file(far, "signer.pem").secret
    assert "certified" not in " ".join(home.argv)


def test_whoever_takes_backups_asks_the_members_of_both_regions(found: Plan) -> None:
    placement = found.placement
    every = [*placement.of("db-pgbackrest"), *placement.of("db-pgbackrest-us")]
    for name in ("db-backups", "db-backups-us"):
        told = json.loads(file(workload(found, name), "plan.json").text)["environment"]
        hosts = [told[f"PGBACKREST_PG{each}_HOST"] for each in range(1, len(every) + 1)]
        assert hosts == [each.address for each in every]
        assert told["PGBACKREST_PG3_PATH"] == "${folder.db-members-us.0}/data"
    assert admitted(workload(found, "db-repository")) == {each.address for each in every}
    (repository,) = placement.of("db-repository")
    (far,) = placement.of("db-backups-us")
    for name in ("db-pgbackrest", "db-pgbackrest-us"):
        assert admitted(workload(found, name)) == {repository.address, far.address}
    assert workload(found, "db-pgbackrest-us").shares == "db-members-us"


def test_that_the_log_is_stuck_is_told_in_both_regions(found: Plan) -> None:
    """Who keeps the backups at home is lost with it."""
    groups = {each.name: {x.name for x in each.alerts} for each in found.declarations.groups}
    for name in ("backup:db", "backup:db:us"):
        assert "ArchivingStuck" in groups[name]


@pytest.mark.parametrize("backup", ["{}", "{also_in: ap}"])
def test_a_copy_where_no_backups_lie_sends_home(tmp_path: Path, backup: str) -> None:
    found = planned(tmp_path, TEXT.replace("{also_in: us}", backup))
    away = workload(found, "db-members-us")
    (keeps,) = found.placement.of("db-repository")
    assert f"repo1-host={keeps.address}\n" in file(away).text
    assert " --repo=1 " in file(away, "rewound.sh").text
    assert "only.us.conf" not in {each.path for each in away.files}
    # home may be lost, and somebody waits for who comes back
    _, _, sent = archiving(away)["parameters"]["archive_command"].partition(" && ")
    assert sent.startswith("case %p in /*) timeout 5 pgbackrest ")
    daemons = {each.name for each in found.workloads if each.name.startswith("db-backups")}
    elsewhere = {f"db-backups-{each}" for each in re.findall(r"also_in: (\w+)", backup)}
    assert daemons == {"db-backups", *elsewhere}
    assert {workload(found, each).shares for each in daemons} == {"db-repository"}
