"""What evidence says of a procedure's last execution, and what the reference system's pages are."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seatrial.app import docs
from seatrial.app.docs import carried_out, executions
from seatrial.app.plan import Plan
from seatrial.capabilities.backup import judges
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.capabilities.continuity import aspects
from seatrial.contract.action import Follow, Misprint
from seatrial.contract.checklist import CHECKLISTS, PLANS, took
from seatrial.contract.evidence import CONTROL_FILE, Verdict
from seatrial.contract.exercise import Exercise, Rung
from seatrial.contract.page import commands
from seatrial.contract.procedure import DURATION, Kind, Procedure
from seatrial.contract.scenario import Figure
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.memory import MemoryRuntime

_SAMPLES = Path(__file__).parents[1] / "evidence/samples.py"
RESTORE = Procedure(
    name="restore-orders",
    kind=Kind.RECOVERY,
    subject="orders",
    owner="web",
    purpose="orders as they were",
    facts=(),
    blanks=(),
    steps=(),
    lacks="",
    depends=(),
    expectation="followed/restore-orders",
)
TOOK = Figure(name=DURATION, value=8.1, unit="s", target=100.0, bound="<=")
_TOLD = {
    "restored": 3.0,
    "replayed": 1.5,
    "size": 9,
    "rows": {"before": 4, "lost": 0, "after": 3, "beyond": 0, "open": 0, "gap": 0.1},
    "archive_timeout": "720",
    "pushed": 0.4,
    "mode": "on",
}
_DRILLED = Timeline().adding(
    (
        Observation(at=1.0, source="drill", kind="step", subject="inject"),
        Observation(at=2.0, source="x", kind=RESTORED, subject="database", text=json.dumps(_TOLD)),
    )
)
NAMES = {
    "followed/backup-database": ("R18.1", "T3"),
    "followed/restore-database": ("R18.2", "T3", "T6"),
}


@pytest.fixture(scope="session")
def samples() -> Any:
    spec = importlib.util.spec_from_file_location("evidence_samples_of_docs", _SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_last_execution_is_told_with_its_time_and_evidence(samples: Any) -> None:
    made = samples.evidence(RESTORE.expectation, figures=(TOOK,))
    found = executions((RESTORE,), {RESTORE.expectation: made}, samples.today(made))
    one = found[RESTORE.name]
    assert (one.verdict, one.seconds, one.evidence) == (Verdict.PROVEN, 8.1, made.id)
    assert (one.at, one.control) == (made.finished, True)


def test_of_a_procedure_without_evidence_there_is_no_execution(samples: Any) -> None:
    assert executions((RESTORE,), {}, samples.today()) == {}


def test_a_control_alone_is_no_execution(samples: Any) -> None:
    made = samples.evidence(RESTORE.expectation, verdict=Verdict.UNKNOWN)
    (raw,) = made.artefacts
    alone = replace(made, artefacts=(replace(raw, name=CONTROL_FILE),))
    assert executions((RESTORE,), {RESTORE.expectation: alone}, samples.today(alone)) == {}


def test_what_expired_is_stale_and_what_failed_stays_failed(samples: Any) -> None:
    made = samples.evidence(RESTORE.expectation, figures=(TOOK,))
    late = replace(samples.today(made), now=made.expires)
    found = executions((RESTORE,), {RESTORE.expectation: made}, late)[RESTORE.name]
    assert found.verdict is Verdict.STALE
    bad = samples.evidence(RESTORE.expectation, verdict=Verdict.FAILED)
    found = executions((RESTORE,), {RESTORE.expectation: bad}, samples.today(bad))[RESTORE.name]
    assert (found.verdict, found.seconds) == (Verdict.FAILED, None)


def _exercise(name: str) -> Exercise:
    return Exercise(
        name=name,
        rung=Rung.FULL,
        summary="",
        every=1.0,
        takes_part=(),
        informs=(),
        cards=(),
        wanted=(),
        begin="",
        end="",
        regions=1,
        aspects=aspects.of(name, Rung.FULL, (*PLANS, CHECKLISTS)),
        depends=(),
    )


def test_a_plan_was_executed_by_the_last_exercise_that_followed_it(samples: Any) -> None:
    spent = Figure(name=took(CHECKLISTS), value=37.0, unit="s")
    made = samples.evidence("checklists/new", figures=(spent,))
    old = replace(samples.evidence("checklists/old"), finished=made.finished - 9.0)
    every = {each.expectation: each for each in (made, old)}
    found = carried_out((_exercise("new"), _exercise("old")), every, samples.today(made))
    assert list(found) == [CHECKLISTS]  # no exercise has followed the plans
    one = found[CHECKLISTS]
    assert (one.evidence, one.seconds, one.verdict) == (made.id, 37.0, Verdict.PROVEN)
    assert carried_out((), every, samples.today(made)) == {}


@pytest.mark.parametrize("control", ["BLIND", "GREEN", ""])
def test_a_control_that_was_not_red_is_not_taken_for_one(samples: Any, control: str) -> None:
    made = samples.evidence(
        RESTORE.expectation, figures=(TOOK,), control=getattr(samples, control, None)
    )
    found = executions((RESTORE,), {RESTORE.expectation: made}, samples.today(made))
    assert not found[RESTORE.name].control


def test_the_reference_systems_pages_are_those_that_its_drills_follow(
    planned: Callable[..., Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = planned()
    runtime: Any = MemoryRuntime(clock=lambda: 0.0)
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(docs, "open_runtime", lambda *_: runtime)
    monkeypatch.setattr(docs, "planned_for", lambda *_: made)
    found = docs.make(tmp_path / "seatrial.yaml", clock=lambda: 1.0)
    assert found.pages == docs.make(tmp_path / "seatrial.yaml", clock=lambda: 1.0).pages
    scenarios = {each.name: each for each in made.scenarios()}
    followed = [each for each in made.expectations(made.scenarios()) if each.name in NAMES]
    assert {each.name: each.requirements for each in followed} == NAMES
    for each in followed:
        ((follow,),) = [each.actions for each in scenarios[each.scenario].injections]
        assert isinstance(follow, Follow)
        page = found.pages[f"{follow.page}.md"]
        (procedure,) = [one for one in found.procedures if one.name == follow.page]
        # evidence of other commands is none of these
        assert follow.declared == tuple(step.argv for step in procedure.steps)
        (misprint,) = each.control.actions
        assert isinstance(misprint, Misprint)
        # a control that changes nothing on the page would show nothing
        spoiled = commands(page.replace(misprint.old, misprint.new))
        assert len(spoiled) == len(commands(page))
        assert spoiled != commands(page)
        # no blank is left that the drill does not fill
        filled = {f"<{name}>" for name, _ in follow.blanks}
        blanks = {mark for mark in ("<MOMENT>", "<COPY>") if mark in " ".join(commands(page))}
        assert filled == blanks


def test_objectives_name_figures_that_their_proofs_give(
    planned: Callable[..., Plan], samples: Any
) -> None:
    made = planned()
    kinds = {each.name: each.kind for each in made.declarations.procedures}
    assert [name for name, kind in kinds.items() if kind is Kind.RECOVERY] == [
        "restore-database",
        "restore-in-place-database",
        "recover-system",
    ]
    restore = next(each for each in made.declarations.procedures if each.kind is Kind.RECOVERY)
    names = {each.name for each in made.expectations(made.scenarios())}
    figures = {
        figure.name: figure.unit
        for judge in (judges.exact("database", 9.0), judges.archived("database", 9.0))
        for figure in judge(_DRILLED, 9.0, True).figures  # noqa: FBT003 - Judge
    }
    for each in restore.objectives:
        assert each.expectation in names
        assert figures[each.figure] == "s"
        proof = samples.evidence(
            each.expectation, figures=(replace(TOOK, name=each.figure, value=7.0),)
        )
        found = docs.measured(restore, {each.expectation: proof}, samples.today(proof))
        assert found[each.name].least == 7.0
    assert [each.name for each in restore.objectives] == ["RTO", "RPO"]
    assert [each.target for each in restore.objectives] == [4 * 3600.0, 900.0]


def test_pages_are_written_where_r18_is_left_out_and_followed_by_nobody(
    planned: Callable[..., Plan],
) -> None:
    made = planned(("R18, ", ""))
    assert [each.name for each in made.declarations.procedures] == [
        "backup-database",
        "restore-database",
        "restore-in-place-database",
        "take-back-database",
        "recover-system",
    ]
    assert not NAMES.keys() & {each.name for each in made.expectations(made.scenarios())}


def test_what_is_not_backed_up_has_no_page(planned: Callable[..., Plan]) -> None:
    assert planned((", R20, R22]", ", R22]")).declarations.procedures == ()


def test_a_store_of_snapshots_has_its_own_schedule_and_proof(
    planned: Callable[..., Plan],
) -> None:
    made = planned(("durable: false, limits", "backup: {}, limits"))
    names = {each.name for each in made.expectations(made.scenarios())}
    found = {each.name: each for each in made.declarations.procedures if each.subject == "cache"}
    in_place = ["restore-in-place-cache", "take-back-cache"]
    assert list(found) == ["backup-cache", "restore-cache", *in_place]
    assert found["backup-cache"].facts[0] == ("A snapshot", "every 12 min")
    proofs = [each.expectation for each in found["restore-cache"].objectives]
    assert proofs == ["exact/restore-cache", "taken/restore-cache"]
    assert {*proofs, *(each.expectation for each in found.values())} <= names
