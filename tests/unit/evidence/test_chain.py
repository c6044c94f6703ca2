"""The store's chain is asked by what proves and reports, and by `verify`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import text

from seatrial.evidence import dsse
from seatrial.evidence.chain import is_store, verify_store, whole
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.json import json_report
from seatrial.evidence.statement import statement
from seatrial.evidence.store import Store
from seatrial.evidence.verify import Finding, Weight, trusted


@pytest.fixture
def filled(store: Store, key: SigningKey, samples: ModuleType) -> Store:
    for number in range(3):
        made = samples.evidence(f"page/{number}")
        raw = {"drill.json": samples.raw(made.expectation)}
        store.append(dsse.sign(statement(made), key), raw)
    return store


def _said(findings: tuple[Finding, ...], weight: Weight) -> str:
    return "; ".join(each.summary for each in findings if each.weight is weight)


def _cut(store: Store, row: int) -> None:
    """As somebody would who wants a failure forgotten."""
    with store.engine.connect() as connection, connection.begin():
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("DELETE FROM envelopes WHERE number = :row"), {"row": row})


def test_a_whole_store_is_trusted_and_what_was_not_looked_at_is_said(
    filled: Store, pem: bytes
) -> None:
    whole(filled)
    assert is_store(filled.folder)
    assert not is_store(filled.folder.parent)
    found = verify_store(filled.folder, pem)
    assert trusted(found)
    assert "3 rows" in _said(found, Weight.NOTE)
    assert "cut off its end" in _said(found, Weight.NOTE)
    assert "no signature" in _said(verify_store(filled.folder), Weight.NOTE)


def test_a_failure_that_was_taken_out_is_found_by_whoever_asks(filled: Store, pem: bytes) -> None:
    _cut(filled, 2)
    with pytest.raises(EvidenceFailure, match="tampered with: row 2 is missing"):
        whole(filled)
    assert "row 2 is missing" in _said(verify_store(filled.folder, pem), Weight.PROBLEM)


def test_a_lost_raw_file_is_no_reason_to_prove_nothing_any_more(filled: Store, pem: bytes) -> None:
    made = filled.history("page/1")[0].evidence
    filled.blobs.path(made.artefacts[0].sha256).unlink()
    whole(filled)
    assert "drill.json is missing" in _said(verify_store(filled.folder, pem), Weight.PROBLEM)


def test_an_end_that_was_cut_off_is_seen_by_who_kept_a_report(
    filled: Store, trial: Any, key: SigningKey, stranger: SigningKey, pem: bytes
) -> None:
    kept = json_report(replace(trial.report, log=filled.head()), key)
    assert trusted(verify_store(filled.folder, pem, kept))
    _cut(filled, 3)
    whole(filled)  # nobody could know
    assert trusted(verify_store(filled.folder, pem))
    found = verify_store(filled.folder, pem, kept)
    assert "does not run through row 3" in _said(found, Weight.PROBLEM)
    forged = json_report(replace(trial.report, log=filled.head()), stranger)
    assert "earlier report" in _said(verify_store(filled.folder, pem, forged), Weight.PROBLEM)


def test_an_earlier_report_that_does_not_know_the_chain_is_refused(
    filled: Store, trial: Any, key: SigningKey, pem: bytes
) -> None:
    for since in (json_report(replace(trial.report, log=None), key), b"{}", b"", b"[1]"):
        assert not trusted(verify_store(filled.folder, pem, since))


def test_signatures_of_another_key_are_found(filled: Store, stranger: SigningKey) -> None:
    found = verify_store(filled.folder, stranger.public.pem.encode())
    assert "signed by key" in _said(found, Weight.PROBLEM)


def test_a_store_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "evidence.db").write_bytes(b"no database, and longer than a header" * 9)
    assert not trusted(verify_store(tmp_path))
