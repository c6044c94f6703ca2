"""Backups in containers: who stands where, what is done there, and what nobody can do there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app import backup
from seatrial.app.plan import Plan, plan
from seatrial.app.unclear import Unclear
from seatrial.contract.action import Execute
from seatrial.contract.scenario import Ability
from seatrial.runtimes.compose.runtime import ComposeRuntime

FILE = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
services:
  front:
    owner: web
    build: .
    run: serve ${self.keeps.uploads}
    ports: {http: 80}
    needs: [db, queue]
    keeps: [uploads]
    backup: {}
stores:
  db: {engine: postgres, version: "15", owner: web, backup: {}}
  queue: {engine: redis, version: "7", owner: web, backup: {}}
promises: [R20]
environments: {rehearsal: {runtime: compose}}
"""
Make = Callable[..., Plan]


@pytest.fixture
def composed(tmp_path: Path) -> Make:
    """Plan a text on containers."""

    def make(text: str = FILE) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, ComposeRuntime("shop", tmp_path))

    return make


def test_each_daemon_has_its_products_programs_beside_ours(composed: Make) -> None:
    by_name = {each.name: each for each in composed().workloads}
    assert set(by_name["db-backups"].tools) == {"pgbackrest", "postgres"}
    assert by_name["db-backups"].shares == "db"
    assert by_name["db"].tools == ("pgbackrest",), "its server calls it for each segment"
    assert by_name["queue-backups"].tools == ("redis",)
    assert by_name["queue-backups"].shares == "queue"
    assert not by_name["queue-backups"].commands
    assert by_name["front-backups"].tools == ("restic",)
    assert by_name["front-backups"].shares == "front"
    assert by_name["front-backups"].commands, "which are in the service's own image"


def test_what_nobody_can_do_there_is_not_left_out(composed: Make) -> None:
    planned = composed()
    needs = {each.name: each.needs for each in planned.scenarios()}
    assert needs["restore-db"] == needs["restore-queue"] == frozenset()
    assert needs["restore-front"] == frozenset()
    assert needs["restore-in-place-db"] == {Ability.ONE_FILE_SYSTEM}
    asked = {each.name for each in planned.expectations(planned.scenarios())}
    assert {"exact/restore-front", "exact/restore-db", "replaced/restore-in-place-db"} <= asked


def test_who_asks_for_it_by_command_is_told_where_it_is_done(
    composed: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed()
    runtime = ComposeRuntime("shop", tmp_path)
    monkeypatch.setattr(backup, "open_runtime", lambda _file: runtime)
    file = tmp_path / "seatrial.yaml"
    assert backup.backed(file, "db").daemon == "db-backups"
    assert backup.backed(file, "front").daemon == "front-backups"
    file.write_text(FILE.replace("[R20]", "[R18]"), encoding="utf-8")
    with pytest.raises(Unclear, match=r"R20 is not promised.*add R20"):
        backup.backed(file, "front")


def test_what_a_control_does_to_files_needs_no_program_of_the_service(composed: Make) -> None:
    planned = composed()
    found = {each.name: each for each in planned.expectations(planned.scenarios())}
    for name in ("exact", "taken", "whole"):
        for action in found[f"{name}/restore-front"].control.actions:
            assert isinstance(action, Execute)
            assert (action.workload, action.argv[0]) == ("front-backups", "python")
            assert action.undo[0] == "python"


def test_a_copy_has_room_for_as_much_as_the_store(composed: Make) -> None:
    text = FILE.replace('version: "7",', 'version: "7", limits: {memory: 2GiB},')
    by_name = {each.name: each for each in composed(text).workloads}
    assert (by_name["queue-backups"].resources.memory or 0) > 2 << 30
    assert by_name["db-backups"].resources.memory is None


def test_the_plan_names_paths_that_the_runtime_knows(composed: Make) -> None:
    by_name = {each.name: each for each in composed().workloads}
    (written,) = (each for each in by_name["db-backups"].files if each.path == "plan.json")
    told = json.loads(written.text)
    assert told["data"] == "${self.shared}/data"
    assert told["copies"] == "${self.dir}/copies"


def test_of_a_store_that_fails_over_each_member_archives_by_what_is_in_its_image(
    composed: Make,
) -> None:
    text = FILE.replace('version: "15", owner: web,', 'version: "15", owner: web, failover: {},')
    planned = composed(text)
    by_name = {each.name: each for each in planned.workloads}
    assert set(by_name["db-members"].tools) == {"postgres", "pgbackrest"}
    beside = by_name["db-pgbackrest"]
    assert (beside.shares, beside.replicas) == ("db-members", by_name["db-members"].replicas)
    needs = {each.name: each.needs for each in planned.scenarios()}
    assert needs["restore-db"] == needs["restore-across-db"] == frozenset()
    assert "restore-in-place-db" not in needs, "a copy cannot take the place of several members"
