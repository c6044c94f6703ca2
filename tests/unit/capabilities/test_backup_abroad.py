"""A Redis's backups and files' in another region: what may be said, and what is planned of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup import folders, policy
from seatrial.contract.action import Execute
from seatrial.contract.output import Workload
from seatrial.contract.runtime import Runtime
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.load import load

TEXT = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}}
services:
  front:
    owner: web
    build: .
    run: python3 app.py ${self.ports.http} ${self.keeps.data}
    ports: {http: 80}
    regions: [eu]
    keeps: [data]
    backup: {also_in: us}
stores:
  queue: {engine: redis, version: "7", owner: web, backup: {also_in: us}}
promises: [R01, R20]
environments: {rehearsal: {runtime: local}}
"""
KEY = "age1dxsu9zyg0vny4sz4yvunalhsuyldmck2x08aadjsxjg20z39959szw0r32"
Make = Callable[..., Plan]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(text: str = TEXT, runtime: type[Any] = LocalRuntime) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        own: Runtime = runtime("shop", tmp_path)
        return plan(file, own)

    return make


def by_name(planned: Plan) -> dict[str, Workload]:
    return {each.name: each for each in planned.workloads}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "keeps: [data]\n    backup: {also_in: us}",
            "keeps: [data]\n    backup: {also_in: eu}",
            13,
        ),
        ("regions: [eu]", "regions: [us]", 13),
        ('"7", owner: web, backup: {also_in: us}', '"7", owner: web, backup: {also_in: m}', 15),
    ],
)
def test_a_region_in_which_nothing_more_can_lie_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, told: int
) -> None:
    file = tmp_path / "seatrial.yaml"
    assert old in TEXT
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    system = load(file).system
    assert system is not None
    (found,) = (*policy.problems(system), *folders.problems(system))
    assert (found.code, found.place.line) == ("ST7108", told)


@pytest.mark.parametrize(
    ("store", "tools"), [("queue", ("redis", "restic")), ("front", ("restic",))]
)
def test_who_takes_them_there_knows_of_nothing_at_home(
    made: Make, store: str, tools: tuple[str, ...]
) -> None:
    planned = made()
    every = by_name(planned)
    far, home, vault = (
        every[each] for each in (f"{store}-backups-us", f"{store}-backups", f"{store}-vault-us")
    )
    assert vault.region == "us"
    assert not any("cipher" in each for each in vault.secrets), "who keeps them cannot read them"
    assert far.tools == tools
    assert far.after == (store, f"{store}-vault-us")
    told = json.loads(next(each.text for each in far.files if each.path == "plan.json"))
    server = planned.placement.endpoint(f"{store}-vault-us", "s3")
    assert told["far"]["url"] == f"https://{server.host}:{server.port}/backups"
    assert told["far"]["secret"] == f"{store}-vault-us-cipher"
    files = {each.path: each for each in far.files}
    assert files["cipher"].secret
    assert files["us.password"].secret
    assert f"{store}-backups-cipher" not in far.secrets
    assert not any("vault" in each for each in home.secrets)
    own = json.loads(next(each.text for each in home.files if each.path == "plan.json"))
    assert own["far"] is None
    assert own["schedule"] == told["schedule"]


@pytest.mark.parametrize("store", ["queue", "front"])
def test_a_restore_from_there_is_a_drill_of_its_own(made: Make, store: str) -> None:
    planned = made()
    scenarios = planned.scenarios()
    name = f"restore-{store}-from-us"
    (drill,) = (each for each in scenarios if each.name == name)
    assert drill.radius == {
        store, f"{store}-backups", f"{store}-backups-us", f"{store}-vault-us"
    }  # fmt: skip
    every = {each.name: each for each in planned.expectations(scenarios)}
    for kind in ("exact", "taken", "whole"):
        one = every[f"{kind}/{name}"]
        assert one.requirements == ("R20.3", "T6")
        assert {"restic", "versitygw"} <= set(one.engines)
        (defect,) = one.control.actions
        assert isinstance(defect, Execute)
        assert defect.undo is not None
        if kind != "whole":
            assert defect.workload == f"{store}-vault-us"


@pytest.mark.parametrize(
    ("store", "where", "what"),
    [
        ("queue", "queue-backups-us", "seatrial:keystone:us"),
        ("front", "front-backups-us", "${self.shared}/.seatrial/in-us/kept/keystone"),
    ],
)
def test_what_is_deleted_is_what_was_laid_before_the_first_backup_there(
    made: Make, store: str, where: str, what: str
) -> None:
    planned = made()
    every = {each.name: each for each in planned.expectations(planned.scenarios())}
    (defect,) = every[f"whole/restore-{store}-from-us"].control.actions
    assert isinstance(defect, Execute)
    assert (defect.workload, defect.argv[-1]) == (where, what)


@pytest.mark.parametrize(("store", "full"), [("queue", {"RepositoryFull"}), ("front", set())])
def test_each_place_has_its_own_alerts(made: Make, store: str, full: set[str]) -> None:
    """An S3 server says nothing of its disk, nor what a snapshot of files adds of the next one."""
    groups = {each.name: each for each in made().declarations.groups}
    names = {each.name for each in groups[f"backup:{store}:us"].alerts}
    home = {each.name for each in groups[f"backup:{store}"].alerts}
    assert home - names == full
    assert not names - home
    (late,) = (each for each in groups[f"backup:{store}:us"].alerts if each.name == "BackupLate")
    assert f'job="{store}-backups-us"' in late.expr


def test_who_names_no_region_runs_none_of_it(made: Make) -> None:
    planned = made(TEXT.replace("{also_in: us}", "{}"))
    names = set(by_name(planned))
    assert {"queue-backups", "front-backups"} <= names
    assert not {each for each in names if "vault" in each or "backups-" in each}
    assert not {each for each in planned.secrets if "vault" in each}
    assert "restic" not in by_name(planned)["queue-backups"].tools


def test_in_containers_files_lie_there_too_and_the_bundles_with_them(made: Make) -> None:
    text = TEXT.replace("{runtime: local}", "{runtime: compose}")
    alone = text.replace("owner: web, backup: {also_in: us}", "owner: web, backup: {}")
    planned = made(f"{alone}backup: {{recovery_key: {KEY}}}\n", ComposeRuntime)
    found = {each.name: each for each in planned.scenarios()}
    assert not found["restore-front-from-us"].needs
    assert not found["restore-front"].needs
    assert by_name(planned)["front-backups-us"].commands
    sealer = by_name(planned)["sealer"]
    told = json.loads(next(each.text for each in sealer.files if each.path == "plan.json"))
    assert [each["region"] for each in told["places"]] == ["us"]


def test_in_containers_a_redis_is_backed_up_there_too(made: Make) -> None:
    planned = made(TEXT.replace("{runtime: local}", "{runtime: compose}"), ComposeRuntime)
    there = by_name(planned)["queue-backups-us"]
    assert set(there.tools) == {"redis", "restic"}
    assert not there.commands
    assert there.env["TMPDIR"] == "${self.dir}/tmp", "packs are larger than a container's /tmp"
    found = {each.name: each for each in planned.scenarios()}
    assert not found["restore-queue"].needs
    assert not found["restore-queue-from-us"].needs


def test_the_bundles_lie_with_files_where_no_store_is_there(made: Make) -> None:
    alone = TEXT.replace("owner: web, backup: {also_in: us}", "owner: web, backup: {}")
    planned = made(f"{alone}backup: {{recovery_key: {KEY}}}\n")
    sealer = by_name(planned)["sealer"]
    assert sealer.after == ("front-vault-us",)
    one = next(
        each
        for each in planned.expectations(planned.scenarios())
        if each.name == "same/recover-system-from-us"
    )
    assert "services.front.backup" in one.depends
