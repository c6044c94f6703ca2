"""Which evidence a control is credited to: that which rests on the same, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from seatrial.app.evidence import DRILL_FILE, Books
from seatrial.app.plan import Plan
from seatrial.app.prove import Proven
from seatrial.contract.evidence import (
    CONTROL_FILE,
    ControlResult,
    Evidence,
    RunApart,
    Verdict,
    speaks_for,
)
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.drills.run import Drill, Outcome
from seatrial.evidence.statement import evidence_of, statement
from seatrial.runtimes.memory import MemoryRuntime

Planner = Callable[..., Plan]

NAME = "page/service-down-worker"
RED = Judgement(state=State.BROKEN, reason="no page came")
GREEN = Judgement(state=State.MET, reason="paged after 12 s")
EDIT = ("run: python -m worker", "run: python -m worker --slow")


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))


def show(made: Plan, judgement: Judgement, at: float, *, control: bool = False) -> Evidence:
    """Keep what a drill, or a control's run, of the expectation showed."""
    scenarios = made.scenarios()
    expectation = next(each for each in made.expectations(scenarios) if each.name == NAME)
    scenario = next(each for each in scenarios if each.name == expectation.scenario)
    seen = Observation(at=at, source="drill", kind="step", subject="inject", text=f"at {at}")
    drill = Drill(
        scenario=scenario,
        outcomes=(Outcome(expectation=expectation, judgement=judgement),),
        timeline=Timeline(observations=(seen,)),
        started=at,
        finished=at + 1,
        waited=0.0,
    )
    planted = expectation if control else None
    (kept,) = books(made).keep(Proven(drill=drill, seeded="", control=planted))
    return kept


def books(made: Plan) -> Books:
    return Books(made, MemoryRuntime(clock=lambda: 0.0))


def raw(made: Plan, evidence: Evidence, name: str) -> dict[str, object]:
    (artefact,) = [each for each in evidence.artefacts if each.name == name]
    found: dict[str, object] = json.loads(books(made).store.blobs.get(artefact.sha256))
    return found


def test_a_control_is_credited_to_the_drill_that_rests_on_the_same(planned: Planner) -> None:
    made = planned()
    proven = show(made, GREEN, 100.0)
    kept = show(made, RED, 200.0, control=True)
    assert (kept.verdict, kept.started, kept.timeline) == (Verdict.PROVEN, 100.0, proven.timeline)
    assert isinstance(kept.control, RunApart)
    assert kept.control.red is True
    assert (kept.control.subjects, kept.control.engines) == (proven.subjects, proven.engines)
    # both runs are kept as they were seen
    assert raw(made, kept, DRILL_FILE)["started"] == 100.0
    assert raw(made, kept, CONTROL_FILE)["started"] == 200.0
    assert "at 200.0" in json.dumps(raw(made, kept, CONTROL_FILE)["timeline"])


def test_a_control_after_an_edit_is_not_credited_to_evidence_from_before(planned: Planner) -> None:
    before = show(planned(), GREEN, 100.0)
    edited = planned(EDIT)
    kept = show(edited, RED, 200.0, control=True)
    assert (kept.verdict, kept.reason) == (Verdict.UNKNOWN, "its drill has not been run")
    assert kept.subjects != before.subjects
    assert [each.name for each in kept.artefacts] == [CONTROL_FILE]
    assert (kept.timeline, kept.figures) == ((), ())
    # a drill of the edited system is what the control speaks for ...
    proven = show(edited, GREEN, 300.0)
    assert (proven.verdict, proven.control) == (Verdict.PROVEN, kept.control)
    assert raw(edited, proven, CONTROL_FILE)["started"] == 200.0
    assert raw(edited, proven, DRILL_FILE)["started"] == 300.0
    # ... and one of the system as it was before is not
    assert show(planned(), GREEN, 400.0).control is None


def test_a_second_control_takes_the_place_of_the_first(planned: Planner) -> None:
    made = planned()
    show(made, GREEN, 100.0)
    show(made, RED, 200.0, control=True)
    kept = show(made, GREEN, 300.0, control=True)
    assert isinstance(kept.control, RunApart)
    assert kept.control.red is False
    assert sorted(each.name for each in kept.artefacts) == [CONTROL_FILE, DRILL_FILE]
    assert raw(made, kept, CONTROL_FILE)["started"] == 300.0
    assert not books(made).store.verify()


def test_a_control_on_another_engine_is_not_credited(planned: Planner) -> None:
    made = planned()
    shown = show(made, GREEN, 100.0)
    earlier = replace(shown, engines={"prometheus": "2.0.0"})
    kept = show(made, RED, 200.0, control=True)
    assert isinstance(kept.control, RunApart)
    assert speaks_for(kept.control, shown)
    assert not speaks_for(kept.control, earlier)


def test_what_was_signed_before_controls_told_what_they_rest_on_still_reads(
    planned: Planner,
) -> None:
    shown = show(planned(), GREEN, 100.0)
    plain = ControlResult(defect="a defect", red=True, reason="no page came", at=50.0)
    payload = statement(replace(shown, control=plain))
    assert b'"at":50' in payload
    assert set(json.loads(payload)["predicate"]["seatrial"]["control"]) == {
        "defect", "red", "reason", "at",
    }  # fmt: skip
    assert type(evidence_of(payload).control) is ControlResult
    apart = RunApart(**asdict(plain), subjects=shown.subjects, engines={})
    assert evidence_of(statement(replace(shown, control=apart))).control == apart
