"""What is judged of a table that was dropped: when it was found, and what the copy has."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.capabilities.backup.deletion.judges import undone
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline

JUDGE = undone("db", rto=60.0)
ROWS = {"before": 40, "lost": 0, "after": 30, "beyond": 0, "open": 1, "gap": 0.1}
GOOD: dict[str, Any] = {
    "error": "",
    "step": "rows",
    "dropped": {"sent": 10.0, "acknowledged": 10.2},
    "found": {"at": 10.1, "times": 1, "seconds": 0.5},
    "table": {"rows": 1000, "there": 1000},
    "restored": 2.0,
    "replayed": 1.0,
    "rows": ROWS,
}


def judged(**other: Any) -> Judgement:
    text = json.dumps({key: each for key, each in {**GOOD, **other}.items() if each is not None})
    seen = Observation(at=6.0, source="drill", kind=RESTORED, subject="db", text=text)
    injected = Observation(at=5.0, source="seatrial", kind="step", subject="inject")
    return JUDGE(Timeline().adding((injected, seen)), 30.0, True)  # noqa: FBT003 - Judge


def test_found_and_brought_back_is_met() -> None:
    found = judged()
    assert found.state is State.MET, found
    assert {each.name: each.value for each in found.figures}["search and restore"] == 3.5


@pytest.mark.parametrize(
    "other",
    [
        {"found": {"at": 9.9, "times": 1, "seconds": 0.5}},
        {"found": {"at": 10.1, "times": 2, "seconds": 0.5}},
        {"found": {"at": 10.1, "times": 1, "seconds": 58.0}},
        {"table": {"rows": 1000, "there": 999}},
        {"rows": {**ROWS, "lost": 1}},
        {"rows": {**ROWS, "beyond": 1}},
        {"rows": None, "step": "search", "error": "nothing tells when"},
        {"rows": None, "step": "replay", "error": "it did not start"},
    ],
)
def test_a_wrong_moment_a_missing_row_and_a_late_one_are_broken(other: dict[str, Any]) -> None:
    assert judged(**other).state is State.BROKEN


@pytest.mark.parametrize(
    "other",
    [
        {"rows": {**ROWS, "before": 0}},
        {"rows": {**ROWS, "after": 0}},
        {"rows": None, "step": "lay", "error": "nobody answers"},
        {"rows": None, "step": "search", "error": "it was broken off"},
    ],
)
def test_what_shows_nothing_is_unknown(other: dict[str, Any]) -> None:
    assert judged(**other).state is State.BLIND
