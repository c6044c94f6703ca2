"""Backups of a store that fails over: what is planned, what a timeline must show of a crossing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup.cluster import judges
from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.action import AlterFile, Answering, Execute, Kill, Request
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.problem import Problem

Found = Callable[[str], "tuple[Problem, ...]"]
BOTH = "failover: {standbys: 2}, backup: {}"
PRIMARY = Answering(port="rest", path="/primary")


@pytest.fixture
def both(tmp_path: Path, shop: str) -> Plan:
    """The shop, whose database fails over and is backed up."""
    file = tmp_path / "seatrial.yaml"
    file.write_text(shop.replace("owner: data}", f"owner: data, {BOTH}}}"), encoding="utf-8")
    return plan(file, LocalRuntime("shop", tmp_path))


def by_name(found: Plan) -> dict[str, Workload]:
    return {each.name: each for each in found.workloads}


def files(one: Workload) -> dict[str, str]:
    assert len({each.path for each in one.files}) == len(one.files), "one file of each path"
    return {each.path: each.text for each in one.files}


# -- what is planned ---------------------------------------------------------------------------


def test_whoever_is_the_primary_archives_into_the_one_repository(both: Plan) -> None:
    members = by_name(both)["database-members"]
    settings = yaml.safe_load(files(members)["config/archiving.yml"])["postgresql"]
    assert settings["parameters"]["archive_mode"] == "on"
    assert settings["parameters"]["archive_timeout"] == 720
    guarded, _, push = settings["parameters"]["archive_command"].partition(" && ")
    assert guarded == "sh ${self.dir}/led.sh %p"
    assert push.startswith("pgbackrest ")  # it takes no backup where it does not find itself
    assert push.endswith("archive-push %p")
    front = both.placement.endpoint("database", "sql")
    assert f"--host={front.host}" in files(members)["led.sh"]
    assert 'archive-get %f "%p"' in settings["recovery_conf"]["restore_command"]
    assert settings["callbacks"]["on_role_change"].startswith("sh ${self.dir}/promoted.sh")
    (keeps,) = both.placement.of("database-repository")
    config = files(members)["pgbackrest.conf"]
    assert f"repo1-host={keeps.address}\n" in config
    assert "repo1-path" not in config
    # archive_mode takes a restart, which a changed environment is
    assert members.env == {"PGBACKREST_CONFIG": "${self.dir}/pgbackrest.conf"}
    assert "pgbackrest" in members.tools


def test_without_a_backup_the_members_archive_nowhere(
    tmp_path: Path, shop: str, both: Plan
) -> None:
    file = tmp_path / "alone.yaml"
    file.write_text(shop.replace("owner: data}", "owner: data, failover: {}}"), encoding="utf-8")
    found = by_name(plan(file, LocalRuntime("shop", tmp_path)))
    text = files(found["database-members"])["config/archiving.yml"]
    assert yaml.safe_load(text) == {"postgresql": {"parameters": {"archive_mode": "off"}}}
    assert found["database-members"].env == {}
    assert not {each for each in found if "pgbackrest" in each or "repository" in each}
    # what is rendered of both lies in the same files: none is left behind by the other
    assert "config/archiving.yml" in files(by_name(both)["database-members"])


def test_who_takes_backups_reaches_every_member_and_only_these_reach_the_repository(
    both: Plan,
) -> None:
    found, placement = by_name(both), both.placement
    beside = placement.of("database-pgbackrest")
    told = json.loads(files(found["database-backups"])["plan.json"])
    for number, each in enumerate(beside, 1):
        assert told["environment"][f"PGBACKREST_PG{number}_HOST"] == each.address
        path = told["environment"][f"PGBACKREST_PG{number}_PATH"]
        assert path == f"${{folder.database-members.{each.replica}}}/data"
    assert (len(beside), told["data"]) == (3, "")
    assert "several members" in told["unable"]
    keeps = files(found["database-repository"])["pgbackrest.conf"]
    admitted = re.findall(r"tls-server-auth=(\S+)=\*", keeps)
    assert admitted == [each.address for each in beside]
    (repository,) = placement.of("database-repository")
    assert (
        f"tls-server-auth={repository.address}=*"
        in files(found["database-pgbackrest"])["pgbackrest.conf"]
    )
    assert found["database-pgbackrest"].shares == "database-members"
    assert found["database-backups"].shares == "database-repository"
    assert "database-repository" in found["database-backups"].after


def test_no_page_and_no_drill_offers_to_replace_a_cluster(both: Plan) -> None:
    names = {each.name for each in both.declarations.procedures}
    assert {"restore-database", "backup-database", "switch-database"} <= names
    assert not {"restore-in-place-database", "take-back-database"} & names
    page = next(x for x in both.declarations.procedures if x.name == "restore-database")
    assert "In place of its members nothing is restored" in page.lacks
    drills = {each.name for each in both.scenarios()}
    assert {"restore-database", "restore-across-database"} <= drills
    assert "restore-in-place-database" not in drills


def test_the_primary_is_lost_after_rows_are_written_and_the_restore_is_ordered(both: Plan) -> None:
    scenario = next(each for each in both.scenarios() if each.name == "restore-across-database")
    (injection,) = scenario.injections
    write, restore, lost = injection.actions
    assert isinstance(write, Request)
    assert isinstance(restore, Request)
    assert (write.path, restore.path) == ("/trail", "/drills")
    assert lost == Kill(workload="database-members", replica=PRIMARY)


def test_defects_are_planted_where_the_data_and_the_backups_are(both: Plan) -> None:
    found = {each.name: each.control.actions for each in both.expectations(both.scenarios())}
    (spoilt,) = found["exact/restore-database"]
    (nowhere,) = found["archived/restore-database"]
    (dug,) = found["whole/restore-database"]
    assert isinstance(spoilt, Execute)
    assert isinstance(nowhere, AlterFile)
    assert isinstance(dug, Execute)
    assert spoilt.workload == "database-backups"  # in whose place they lie
    assert nowhere.workload == "database-members"
    assert (dug.workload, dug.replica) == ("database-members", PRIMARY)
    assert found["across/restore-across-database"] == found["archived/restore-database"]


# -- check -------------------------------------------------------------------------------------


def test_a_copy_in_another_region_is_no_obstacle(problems: Found, shop: str) -> None:
    regions = "regions: {eu: {home: true}, us: {}}\npromises: [R01, R20, R21]\n"
    for backup in ("backup: {}", "backup: {also_in: us}"):
        store = f"failover: {{region: us}}, {backup}"
        text = shop.replace("owner: data}", f"owner: data, {store}}}") + regions
        assert not [each for each in problems(text) if each.code.startswith("ST72")]


# -- judge -------------------------------------------------------------------------------------


def moment(name: str, **rows: int) -> dict[str, Any]:
    counts = {"before": 30, "lost": 0, "after": 20, "beyond": 0, "open": 1, "gap": 0.1, **rows}
    return {
        "name": name, "target": 5.0, "restored": 3.0, "replayed": 1.0, "rows": counts,
        "invariants": {"laid": "t"},
    }  # fmt: skip


def told(**more: Any) -> dict[str, Any]:
    moments = [moment(each) for each in ("before", "in", "after")]
    switched = {"from": "00000001", "last": 10.0, "first": 14.0}
    return {"error": "", "step": "x", "moments": moments, "switched": switched, **more}


def judged(found: dict[str, Any]) -> Judgement:
    seen = (
        Observation(at=10.0, source="drill", kind="step", subject="inject"),
        Observation(at=11.0, source="x", kind=RESTORED, subject="db", text=json.dumps(found)),
    )
    return judges.across("db", 900.0)(Timeline().adding(seen), 60.0, True)  # noqa: FBT003 - Judge


def test_all_three_moments_must_be_as_they_were() -> None:
    good = judged(told())
    assert (good.state, "took 4.0 s" in good.reason) == (State.MET, True)
    for wrong in ({"lost": 1}, {"beyond": 1}):
        moments = [moment("before"), moment("in", **wrong), moment("after")]
        found = judged(told(moments=moments))
        assert (found.state, "moment in it" in found.reason) == (State.BROKEN, True)
    dug = [*told()["moments"][:2], {**moment("after"), "invariants": {"laid": "f"}}]
    assert judged(told(moments=dug)).state is State.BROKEN
    blind = [moment("before"), moment("in"), moment("after", after=0)]
    assert judged(told(moments=blind)).state is State.BLIND


def test_a_restore_that_failed_is_broken_and_what_came_before_says_nothing() -> None:
    late = told(error="ended before its instant", step="restore to after the failover")
    assert judged({**late, "moments": late["moments"][:2]}).state is State.BROKEN
    for step, error in (
        ("failover", "no other member took over"),
        ("restore to in the failover", "it was broken off"),
    ):
        assert judged(told(error=error, step=step, moments=[])).state is State.BLIND


def test_rows_are_counted_against_each_moment() -> None:
    rows = [
        {"sent": 1.0, "acknowledged": 1.1, "there": True},
        {"sent": 2.0, "acknowledged": 2.1, "there": True},
    ]
    result = {"moments": [{"name": "before", "target": 1.5, "rows": rows}]}
    (found,) = summary({"result": result, "error": "", "steps": []})["moments"]
    counts = {key: found["rows"][key] for key in ("before", "lost", "after", "beyond")}
    assert counts == {"before": 1, "lost": 0, "after": 1, "beyond": 1}
