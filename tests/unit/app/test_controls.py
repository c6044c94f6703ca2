"""Which evidence a control is credited to: that which rests on the same, and no other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from seatrial.app import report
from seatrial.app.evidence import DRILL_FILE, Books
from seatrial.app.plan import Plan
from seatrial.app.prove import Proven
from seatrial.contract.evidence import (
    CONTROL_FILE,
    LASTS,
    ControlResult,
    Evidence,
    RunApart,
    Verdict,
    judged,
    speaks_for,
)
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.drills.run import Drill, Outcome
from seatrial.evidence.stale import aged
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


def show(
    made: Plan,
    judgement: Judgement,
    at: float,
    *,
    control: bool = False,
    opened: Books | None = None,
) -> Evidence:
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
    (kept,) = (opened or books(made)).keep(Proven(drill=drill, seeded="", control=planted))
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


def test_a_control_is_carried_no_longer_than_a_proof_lasts(planned: Planner) -> None:
    made = planned()
    show(made, GREEN, 100.0)
    control = show(made, RED, 200.0, control=True).control
    assert control is not None
    within = control.at + LASTS - 2  # a drill takes a second
    assert show(made, GREEN, within).control == control
    late = show(made, GREEN, within + 2)
    assert (late.verdict, late.control) == (Verdict.PROVEN, None)
    assert [each.name for each in late.artefacts] == [DRILL_FILE]


def test_a_control_that_stayed_green_does_not_grow_milder_with_age(planned: Planner) -> None:
    made = planned()
    show(made, GREEN, 100.0)
    control = show(made, GREEN, 200.0, control=True).control
    later = show(made, GREEN, 200.0 + 2 * LASTS)
    assert later.control == control
    assert judged(later)[0] is Verdict.FAILED


def lose(made: Plan, evidence: Evidence, name: str) -> None:
    (sha256,) = [each.sha256 for each in evidence.artefacts if each.name == name]
    books(made).store.blobs.path(sha256).unlink()


def test_a_drill_goes_on_without_the_lost_file_of_a_control(planned: Planner) -> None:
    made = planned()
    show(made, GREEN, 100.0)
    lose(made, show(made, RED, 200.0, control=True), CONTROL_FILE)
    kept = show(made, GREEN, 300.0)
    assert (kept.verdict, kept.control) == (Verdict.PROVEN, None)
    assert [each.name for each in kept.artefacts] == [DRILL_FILE]
    again = show(made, RED, 400.0, control=True)
    assert again.control is not None
    assert sorted(each.name for each in again.artefacts) == [CONTROL_FILE, DRILL_FILE]


def test_a_control_goes_on_without_the_lost_file_of_a_drill(planned: Planner) -> None:
    made = planned()
    lose(made, show(made, GREEN, 100.0), DRILL_FILE)
    kept = show(made, RED, 200.0, control=True)
    assert (kept.verdict, kept.reason) == (Verdict.UNKNOWN, "its drill has not been run")
    assert kept.control is not None
    assert show(made, GREEN, 300.0).control == kept.control


def test_today_knows_which_raw_files_are_lost(planned: Planner) -> None:
    made = planned()
    kept = show(made, GREEN, 100.0)
    assert not books(made).today(200.0).lost
    assert aged(kept, books(made).today(200.0)).verdict is Verdict.PROVEN
    lose(made, kept, DRILL_FILE)
    assert aged(kept, books(made).today(200.0)).verdict is Verdict.STALE


def test_a_report_is_written_without_the_files_that_are_lost(
    planned: Planner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = planned()
    kept = show(made, GREEN, time.time())
    lose(made, kept, DRILL_FILE)
    monkeypatch.setattr(report, "open_runtime", lambda _: MemoryRuntime(clock=lambda: 0.0))
    monkeypatch.setattr(report, "planned_for", lambda *_: made)
    ready = report.make(made.folder / "seatrial.yaml")
    written = report.write(ready, tmp_path / "out")
    assert all(each.exists() for each in written)
    assert not list((tmp_path / "out/artefacts").iterdir())
    told = report.html_report(ready.report, ready.books.key).decode()
    assert "its raw file drill.json is gone" in told


def test_a_trial_of_code_that_cannot_be_pinned_is_unknown(planned: Planner) -> None:
    made = planned()
    (made.folder / "worker/out").symlink_to("/etc")
    kept = show(made, GREEN, 100.0)
    assert kept.verdict is Verdict.UNKNOWN
    assert kept.reason.startswith("code not pinned: worker (worker/out leads out of its folder)")
    assert "code:worker" not in kept.subjects
    assert show(made, RED, 200.0).verdict is Verdict.FAILED  # what failed, failed


def test_code_that_changes_during_a_trial_is_not_pinned(planned: Planner) -> None:
    made = planned()
    opened = books(made)
    opened.pin(made.expectations(made.scenarios()))
    (made.folder / "worker/new.py").write_text("")
    kept = show(made, GREEN, 100.0, opened=opened)
    assert kept.verdict is Verdict.UNKNOWN
    assert "worker (it was changed meanwhile)" in kept.reason
    assert show(made, GREEN, 200.0).verdict is Verdict.PROVEN


def test_changed_code_makes_stale_what_was_proven_with_it(planned: Planner) -> None:
    made = planned()
    kept = show(made, GREEN, 100.0)
    (made.folder / "api/new.py").write_text("")
    assert aged(kept, books(planned()).today(200.0)).verdict is Verdict.PROVEN
    (made.folder / "worker/new.py").write_text("")
    found = aged(kept, books(planned()).today(200.0))
    assert (found.verdict, found.reason) == (Verdict.STALE, "code worker changed")
