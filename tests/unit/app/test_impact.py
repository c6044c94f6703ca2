"""How a part comes back: what valid evidence says, and nothing milder than that."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seatrial.app import impact
from seatrial.app.impact import known
from seatrial.app.plan import Plan
from seatrial.capabilities.backup import judges
from seatrial.capabilities.backup.recovery import recovery
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.declaration import Recovery
from seatrial.contract.evidence import Verdict
from seatrial.contract.scenario import Figure
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.memory import MemoryRuntime

_SAMPLES = Path(__file__).parents[1] / "evidence/samples.py"
RESTORE = Recovery(subject="orders", means="restored", expectation="exact/orders", figure="restore")
PART = replace(RESTORE, lacks="services are not led to it")
TOOK = Figure(name="restore", value=12.5, unit="s", target=100.0, bound="<=")


@pytest.fixture(scope="session")
def samples() -> Any:
    spec = importlib.util.spec_from_file_location("evidence_samples_of_impact", _SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_proof_that_holds_today_gives_its_figure(samples: Any) -> None:
    made = samples.evidence("exact/orders", figures=(TOOK,))
    found = known((RESTORE,), {"exact/orders": made}, samples.today(made))["orders"]
    assert (found.least, found.whole, found.evidence) == (12.5, True, made.id)
    part = known((PART,), {"exact/orders": made}, samples.today(made))["orders"]
    assert (part.least, part.whole) == (12.5, False)
    assert part.reason.endswith("; services are not led to it")


def test_a_proof_of_which_nothing_shows_that_it_can_fail_says_so(samples: Any) -> None:
    for control, told in ((samples.RED, False), (None, True), (samples.BLIND, True)):
        made = samples.evidence("exact/orders", figures=(TOOK,), control=control)
        found = known((RESTORE,), {"exact/orders": made}, samples.today(made))["orders"]
        assert found.evidence == made.id
        assert ("control not shown red" in found.reason) is told


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.UNKNOWN])
def test_what_is_not_proven_gives_none(samples: Any, verdict: Verdict) -> None:
    made = samples.evidence("exact/orders", figures=(TOOK,), verdict=verdict)
    found = known((RESTORE,), {"exact/orders": made}, samples.today(made))["orders"]
    assert (found.least, found.whole, found.evidence) == (0.0, False, "")
    assert f"exact/orders is {verdict}" in found.reason


def test_what_is_stale_gives_none(samples: Any) -> None:
    made = samples.evidence("exact/orders", figures=(TOOK,))
    today = replace(samples.today(made), now=made.expires)
    found = known((RESTORE,), {"exact/orders": made}, today)["orders"]
    assert (found.least, found.whole, found.evidence) == (0.0, False, "")
    assert "is stale (expired" in found.reason


def test_without_evidence_or_figure_it_is_told_so(samples: Any) -> None:
    assert "never measured" in known((RESTORE,), {}, samples.today())["orders"].reason
    for wrong in (replace(TOOK, name="size"), replace(TOOK, unit="B")):
        made = samples.evidence("exact/orders", figures=(wrong,))
        found = known((RESTORE,), {"exact/orders": made}, samples.today(made))["orders"]
        assert (found.whole, found.evidence) == (False, "")
        assert "has no figure 'restore' in seconds" in found.reason


def test_of_two_ways_the_better_known_one_counts(samples: Any) -> None:
    other = replace(RESTORE, means="failed over", expectation="failover/orders", figure="gap")
    part = samples.evidence("exact/orders", figures=(TOOK,))
    gap = replace(TOOK, name="gap", value=6.0)
    whole = samples.evidence("failover/orders", figures=(gap,))
    evidence = {"exact/orders": part, "failover/orders": whole}
    for ways in ((PART, other), (other, PART)):
        found = known(ways, evidence, samples.today(part, whole))["orders"]
        assert (found.least, found.whole) == (6.0, True)


def test_the_figure_that_backup_names_is_one_that_its_judge_gives() -> None:
    rows = {"before": 4, "lost": 0, "after": 3, "beyond": 0, "open": 0, "gap": 0.1}
    told = {"restored": 3.0, "replayed": 1.5, "size": 9, "rows": rows}
    seen = (
        Observation(at=1.0, source="drill", kind="step", subject="inject"),
        Observation(at=2.0, source="x", kind=RESTORED, subject="db", text=json.dumps(told)),
    )
    judged = judges.exact("db", 10.0)(Timeline().adding(seen), 9.0, True)  # noqa: FBT003 - Judge
    (found,) = [each for each in judged.figures if each.name == recovery("db").figure]
    assert (found.value, found.unit) == (4.5, "s")


def test_the_reference_systems_proof_is_the_one_that_its_store_names(
    planned: Callable[..., Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = planned()
    (declared,) = made.declarations.recoveries
    assert declared.subject == "database"
    names = {each.name for each in made.expectations(made.scenarios())}
    assert declared.expectation in names
    runtime: Any = MemoryRuntime(clock=lambda: 0.0)
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(impact, "open_runtime", lambda *_: runtime)
    monkeypatch.setattr(impact, "planned_for", lambda *_: made)
    found = impact.make(tmp_path / "seatrial.yaml", clock=lambda: 1.0).impact
    assert found.recovered.waves == (("database", "cache"), ("api", "worker"), ("gateway",))
    assert found.recovered.kept is None


def test_what_is_not_backed_up_declares_no_way_back(planned: Callable[..., Plan]) -> None:
    assert planned((", R20, R22]", ", R22]")).declarations.recoveries == ()
