"""check, plan and diff on the reference system, in a copy that was never rendered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Run


def test_check(run: Run, reference: Path) -> None:
    done = run("check", "--json", cwd=reference.parent)
    assert done.code == 0
    found = done.json()
    assert found["ok"] is True
    assert all(each["severity"] == "warning" and each["cure"] for each in found["problems"])


def test_plan_shows_files_workloads_and_scenarios_with_their_reasons(
    run: Run, reference: Path
) -> None:
    done = run("plan", "--json", cwd=reference.parent)
    assert done.code == 0
    planned = done.json()
    assert planned["system"] == "workflow-platform"
    assert planned["environment"] == "rehearsal"
    workloads = {each["name"]: each for each in planned["workloads"]}
    assert {"gateway", "api", "worker", "database", "cache", "prometheus"} <= set(workloads)
    assert workloads["api"]["replicas"] == len(workloads["api"]["addresses"]) == 2
    assert all(each["why"] for each in (*planned["workloads"], *planned["files"]))
    assert {each["change"] for each in planned["files"]} == {"create"}
    assert "store-down-database" in planned["scenarios"]


def test_plan_is_the_same_twice_and_writes_nothing(run: Run, reference: Path) -> None:
    first = run("plan", cwd=reference.parent)
    assert first.code == 0
    assert run("plan", cwd=reference.parent, env={"PYTHONHASHSEED": "7"}).out == first.out
    assert re.search(r"^\d+ workloads, \d+ alerts, \d+ scenarios$", first.out, re.MULTILINE)
    assert not (reference.parent / ".seatrial").exists()


def test_diff_shows_every_file_and_workload_as_new(run: Run, reference: Path) -> None:
    done = run("diff", "--json", cwd=reference.parent)
    assert done.code == 0
    found = done.json()
    assert {each["change"] for each in found["files"]} == {"create"}
    names = {each["name"] for each in found["workloads"]}
    planned = run("plan", "--json", cwd=reference.parent).json()
    assert names == {each["name"] for each in planned["workloads"]}
    assert all(each["reason"] for each in found["workloads"])
    text = run("diff", cwd=reference.parent)
    assert text.code == 0
    assert "+++ planned/rendered/prometheus/prometheus.yml" in text.out
    assert not (reference.parent / ".seatrial").exists()


def test_the_file_may_be_named_from_elsewhere(run: Run, reference: Path, folder: Path) -> None:
    assert run("check", "-f", reference).code == 0
    assert run("plan", "-f", reference.relative_to(folder)).code == 0
