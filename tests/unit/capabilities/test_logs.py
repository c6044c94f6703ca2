"""What logs want to exist, what they find in the file, and with what they prove themselves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.logs import CAPABILITY, lines
from seatrial.contract.action import AlterFile, WriteLines
from seatrial.contract.output import Workload
from seatrial.engines.otelcol import cards, masking, parsing
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
AUDIT = "logs:\n  audit: {retention: 365d}\n"
OURS = {"victorialogs", "log-keeper", "otelcol"}


def planned(folder: Path, *changes: tuple[str, str], environment: str = "rehearsal") -> Plan:
    """The reference system with some of its text replaced."""
    text = REFERENCE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    leave = shutil.ignore_patterns(".*", "rendered*", "tests")
    shutil.copytree(REFERENCE.parent, folder, ignore=leave, dirs_exist_ok=True)
    copy = folder / "seatrial.yaml"
    copy.write_text(text, encoding="utf-8")
    return plan(copy, MemoryRuntime(clock=lambda: 0.0), environment=environment)


@pytest.fixture(scope="module")
def reference() -> Plan:
    return plan(REFERENCE, MemoryRuntime(clock=lambda: 0.0))


def collector(found: Plan) -> Workload:
    return next(each for each in found.workloads if each.name == "otelcol")


def test_what_is_not_promised_costs_nothing(tmp_path: Path) -> None:
    found = planned(tmp_path, (", R05", ""))
    assert not OURS & {each.name for each in found.workloads}
    assert not OURS & {each.subject for each in found.declarations.targets}
    assert not [each for each in found.scenarios() if each.name.startswith("log-")]


def test_one_workload_reads_all_others_and_nobody_else_does(reference: Plan) -> None:
    assert {each.name for each in reference.workloads} >= OURS
    assert [each.name for each in reference.workloads if each.reads_logs] == ["otelcol"]
    assert [each.name for each in reference.workloads if each.sees_logs] == ["log-keeper"]


def test_the_keeper_tells_of_every_replica(reference: Plan) -> None:
    keeper = next(each for each in reference.workloads if each.name == "log-keeper")
    (file,) = keeper.files
    named = {(name, number) for name, number in json.loads(file.text)}
    assert named == {(each.workload, each.replica) for each in reference.placement.locations}


def test_lines_go_past_the_keeper(reference: Plan) -> None:
    config = yaml.safe_load(collector(reference).files[0].text)
    keeper = reference.placement.endpoint("log-keeper", "http")
    assert config["exporters"]["otlp_http"]["logs_endpoint"].startswith(f"http://{keeper}/insert/")


def test_settings_reach_the_store_and_the_collector(tmp_path: Path) -> None:
    own = "logs: {retention: 7d, size: 1GiB, memory: 32MiB, mask: [cards], owner: data}\n"
    found = planned(tmp_path, (AUDIT, own))
    store = next(each for each in found.workloads if each.name == "victorialogs")
    assert "-retentionPeriod=7d" in store.argv
    assert f"-retention.maxDiskSpaceUsageBytes={2**30}" in store.argv
    assert f"-memory.allowedBytes={32 * 2**20}" in store.argv
    assert store.owner == "data"
    text = yaml.safe_load(collector(found).files[0].text)["processors"]["transform/mask"]
    assert len(text["log_statements"][0]["statements"]) == 1 + len(cards.statements())
    rules = [each for each in found.declarations.alerts if each.subject == "victorialogs"]
    assert {each.owner for each in rules} >= {"data"}


def test_audit_lines_cost_nothing_until_they_are_asked_for(tmp_path: Path) -> None:
    without = planned(tmp_path / "without", (AUDIT, ""))
    assert not [each for each in without.workloads if "audit" in each.name]
    assert "audit" not in yaml.safe_dump(yaml.safe_load(collector(without).files[0].text))
    found = planned(tmp_path / "with", (AUDIT, "logs: {audit: {retention: 90d}}\n"))
    named = {each.name: each for each in found.workloads}
    assert "-retentionPeriod=90d" in named["victorialogs-audit"].argv
    assert "-retentionPeriod=30d" in named["victorialogs"].argv
    store = found.placement.endpoint("victorialogs-audit", "http")
    assert f"--store=http://{store}" in named["log-keeper-audit"].argv
    targets = {each.subject for each in found.declarations.targets}
    assert targets >= {"victorialogs-audit", "log-keeper-audit"}
    lost = [each for each in found.declarations.alerts if "vl_rows_dropped_total" in each.expr]
    assert {each.subject for each in lost} == {"victorialogs", "victorialogs-audit"}
    expected = found.contexts["logs"], found.scenarios()
    own = {each.name: each.scenario for each in CAPABILITY.expectations(*expected)}
    assert own["audited/lines"] == "log-lines"
    assert own["audited/refused"] == "attacks"  # there a service itself writes it


def test_audit_lines_are_in_both_stores_and_no_others_are_read_twice(reference: Plan) -> None:
    config = yaml.safe_load(collector(reference).files[0].text)
    both = config["service"]["pipelines"]
    assert both["logs"]["exporters"] == ["otlp_http"]
    own = both["logs/audit"]
    assert own["exporters"] == ["otlp_http/audit"]
    assert (own["processors"][0], own["processors"][-1]) == (
        "filter/audit_suspects",
        "filter/audit",
    )
    assert own["processors"][1:-1] == both["logs"]["processors"]
    keeper = reference.placement.endpoint("log-keeper-audit", "http")
    exporter = config["exporters"]["otlp_http/audit"]
    assert exporter["logs_endpoint"].startswith(f"http://{keeper}/insert/")
    assert exporter["sending_queue"]["storage"] == "file_storage"


def test_an_owner_that_is_nobody_and_bare_secrets_are_told(
    problems: Callable[[str], dict[str, str]],
) -> None:
    found = problems("logs: {owner: nobody, mask: [addresses]}\n")
    assert found["ST5101"] == "unknown team 'nobody' in logs.owner"
    assert found["ST5102"].startswith("cards and tokens and passwords are stored")


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    def found(section: str) -> dict[str, str]:
        from seatrial.contract.capability import Intent  # noqa: PLC0415 - one test's own need

        system = planned(tmp_path).system
        settings = CAPABILITY.settings.model_validate(yaml.safe_load(section)["logs"])
        told = CAPABILITY.check(Intent(system=system, settings=settings))
        return {each.code: each.summary for each in told}

    return found


@pytest.mark.parametrize("value", ["retention: 1h", "size: 1MiB", "memory: 1MiB", "mask: [all]"])
def test_a_setting_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=value.split(":", maxsplit=1)[0]):
        CAPABILITY.settings.model_validate(yaml.safe_load(f"{{{value}}}"))


def test_each_replica_writes_a_line_and_each_form_is_written_once(reference: Plan) -> None:
    (scenario,) = (each for each in reference.scenarios() if each.name == "log-lines")
    written = [each for each in scenario.injections[0].actions if isinstance(each, WriteLines)]
    own = {each.workload for each in written if each.lines == (lines.found(),)}
    assert own == {each.workload for each in reference.placement.locations}
    (special,) = (each for each in written if each.lines != (lines.found(),))
    assert special.workload not in OURS
    expected = (*lines.planted(), *lines.FORMS, *lines.audited())
    assert len(special.lines) == len(expected)
    assert all(len(text.encode()) < 4000 for each in written for text in each.lines)
    assert {each.name for each in lines.FORMS} == set(parsing.FORMS) - {"nginx_error"}


def test_production_is_not_written_into(tmp_path: Path) -> None:
    found = planned(
        tmp_path,
        (
            "production: {runtime: kubernetes, namespace: workflow-platform}",
            "live: {runtime: local}",
        ),
        environment="live",
    )
    assert {each.name for each in found.workloads} >= OURS
    assert not [each for each in found.scenarios() if each.name.startswith("log-")]


def test_each_control_changes_the_collectors_file_in_its_own_way(reference: Plan) -> None:
    scenarios = reference.scenarios()
    context = reference.contexts["logs"]
    own = CAPABILITY.expectations(context, scenarios)
    before = collector(reference).files[0].text
    texts = set()
    for each in own:
        (action,) = each.control.actions
        assert isinstance(action, AlterFile)
        assert action.text != before
        yaml.safe_load(action.text)
        texts.add(action.text)
    assert len(texts) == len({each.control.defect for each in own})


def test_every_secret_that_is_planted_is_one_that_is_masked() -> None:
    assert set(lines.SECRETS) == set(masking.KINDS)
    for each in lines.SECRETS.values():
        for secret in each:
            assert secret in "\n".join(lines.planted())
