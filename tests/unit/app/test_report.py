"""A report of a store that was tampered with is refused, and an old one leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from seatrial.app import report, shipped, trial
from seatrial.app.evidence import Books
from seatrial.app.plan import Plan
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.verify import Weight, verify_folder
from seatrial.runtimes.memory import MemoryRuntime

Planner = Callable[..., Plan]


@pytest.fixture
def books(tmp_path: Path, planned: Planner, monkeypatch: pytest.MonkeyPatch) -> Books:
    """The books of the reference system, which every use case opens on a runtime that is none."""
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))
    made = planned()
    runtime: Any = MemoryRuntime(clock=lambda: 0.0)
    for each in (report, shipped, trial):
        monkeypatch.setattr(each, "open_runtime", lambda *_: runtime)
        monkeypatch.setattr(each, "planned_for", lambda *_: made)
    monkeypatch.setattr(trial, "as_written", lambda *_: None)
    return Books(made, runtime)


def _tampered(books: Books) -> None:
    """A row in the middle of nothing: what was before it has been taken out."""
    with books.store.engine.connect() as connection, connection.begin():
        connection.execute(
            text(
                "INSERT INTO envelopes (number, evidence, expectation, environment, finished,"
                " envelope, previous, digest) VALUES (7, 'a', 'b', 'c', 1.0, x'00', 'd', 'e')"
            )
        )


def test_nothing_is_proven_tested_or_reported_on_a_store_that_was_tampered_with(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryRuntime, "status", lambda _: (SimpleNamespace(),))  # it is up
    _tampered(books)
    file = tmp_path / "seatrial.yaml"
    for ask in (
        lambda: report.make(file),
        lambda: trial.trial(file, quick=True, only=(), controls=False, say=print, done=print),
        lambda: shipped.shipped(file, only=(), done=print),
    ):
        with pytest.raises(EvidenceFailure, match="tampered with: row 1 is missing"):
            ask()


def test_a_report_takes_away_the_artefacts_of_an_earlier_one_and_nothing_else(
    books: Books, tmp_path: Path
) -> None:
    assert books.store.head().rows == 0
    folder, artefacts = tmp_path / "report", tmp_path / "report/artefacts"
    made = report.make(tmp_path / "seatrial.yaml")
    report.write(made, folder)
    (artefacts / ("ab" * 32)).write_text("of an earlier report")
    (artefacts / "mine.txt").write_text("a note")
    report.write(made, folder)
    assert [each.name for each in artefacts.iterdir()] == ["mine.txt"]
    notes = [each.summary for each in verify_folder(folder) if each.weight is Weight.NOTE]
    assert notes[-1] == "not part of the report, and not covered: artefacts/mine.txt"


def test_an_expectation_is_about_what_it_depends_on(planned: Planner) -> None:
    system = planned().system
    found = report.about(system, ("stores.database", "services", "alerting", "summary"))
    assert found == {"database", *system.services}
