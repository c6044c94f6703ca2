"""`seatrial verify` says what a report found and how old it is, and looks at the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture
def reported(run: Run, shop: Path) -> Path:
    """A report of a system of which nothing was proven."""
    assert run("report", "--output", "report").code == 3
    return shop.parent / "report"


def test_a_trusted_report_that_is_not_ready_says_so(run: Run, reported: Path) -> None:
    (reported / "artefacts" / "planted.json").write_text("{}")
    done = run("verify", "report")
    assert done.code == 0
    assert "it says: " in done.err
    assert "made 2" in done.err
    assert "today" in done.err
    assert "artefacts/planted.json" in done.err


def test_the_store_is_looked_at_alone_and_against_an_earlier_report(
    run: Run, reported: Path
) -> None:
    done = run("verify", ".seatrial/evidence")
    assert done.code == 0
    assert "its chain is whole" in done.out
    assert "--since report.json" in done.err
    done = run("verify", ".seatrial/evidence", "--since", reported / "report.json")
    assert done.code == 0
    assert "--since" not in done.err
    page = run("verify", ".seatrial/evidence", "--since", reported / "junit.xml")
    assert page.code == 1
    assert "the earlier report" in page.err


def test_since_is_for_a_store(run: Run, reported: Path) -> None:
    done = run("verify", "report", "--since", reported / "report.json")
    assert done.code == 2
    assert "--since is for a store of evidence" in done.err
