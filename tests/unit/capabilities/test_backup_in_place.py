"""A copy takes its store's place: what a timeline must show of it, and of the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup.in_place import judges, procedures
from seatrial.capabilities.backup.in_place.trail import KIND, Trail
from seatrial.contract.action import FOLLOWED, Follow, Misprint
from seatrial.contract.page import written
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.local.runtime import LocalRuntime

THERE, BACK = "restore-in-place-db", "take-back-db"
TEXT = """
seatrial: 1
system: shop
teams: {data: {chat: "#data"}}
services:
  api: {owner: data, run: "python3 -m http.server", ports: {http: 8000}, needs: [db]}
stores:
  db: {engine: postgres, version: "15", owner: data, backup: {}}
  queue: {engine: redis, version: "7", owner: data, backup: {}}
"""


def trail(**changes: Any) -> dict[str, Any]:
    """A row each second: until 20 into what it had, until 40 into what was restored to 10.5.

    Either order is given four seconds before the server is stopped.
    """
    rows = [[float(at), at + 0.1] for at in (*range(20), *range(22, 40), *range(43, 50))]
    found = {
        "between": [10.5, 10.5],
        "rows": rows,
        "looks": [
            {"at": -1.0, "there": []},
            {"at": 21.5, "there": [[0, 10]]},
            {"at": 42.5, "there": [[0, 19]]},
            {"at": 60.0, "there": [[0, 19], [38, 44]]},
        ],
    }
    return found | changes


def seen(told: dict[str, Any] | None, *, wrong: str = "", back: bool = True) -> Timeline:
    """Both pages were followed: places changed from 20 on, and again from 40 on."""
    found = [Observation(at=-2.0, source="drill", kind="step", subject="inject")]
    ran = [(THERE, "seatrial backup", -1.0), (THERE, "seatrial restore db --take copy", 16.0)]
    if back:
        ran.append((BACK, "seatrial restore db --take aside", 36.0))
    for number, (page, command, at) in enumerate(ran, start=1):
        said = {"command": command, "seconds": 1.0, "said": "Error: so it is"}
        found.append(
            Observation(
                at=at + 1.0,
                source="page",
                kind=FOLLOWED,
                subject=page,
                value=2.0 if page == wrong else 0.0,
                text=json.dumps(said),
                labels={"number": str(number)},
            )
        )
    if told is not None:
        text = json.dumps(told)
        found.append(Observation(at=60.0, source=KIND, kind=KIND, subject="db", text=text))
    return Timeline().adding(tuple(found))


def replaced(timeline: Timeline, *, over: bool = True) -> Judgement:
    return judges.replaced("db", 60.0, THERE, BACK)(timeline, 70.0, over)


def returned(timeline: Timeline, *, over: bool = True) -> Judgement:
    return judges.returned("db", 60.0, THERE, BACK)(timeline, 70.0, over)


def figures(judgement: Judgement) -> dict[str, float]:
    return {each.name: each.value for each in judgement.figures}


def test_it_had_what_it_had_at_the_moment_and_has_all_again() -> None:
    found = replaced(seen(trail()))
    assert found.state is State.MET, found.reason
    assert figures(found)["rows acknowledged before the moment"] == 11
    assert figures(found)["rows written after"] == 9
    assert figures(found)[procedures.AWAY] == pytest.approx(3.0)
    found = returned(seen(trail()))
    assert found.state is State.MET, found.reason
    assert figures(found)["rows that it had"] == 20
    assert figures(found)["rows written between"] == 18
    assert figures(found)["rows written since"] == 7
    assert figures(found)[procedures.AWAY] == pytest.approx(4.0)


def _looks(number: int, there: list[list[int]]) -> dict[str, Any]:
    looks = trail()["looks"]
    looks[number] = looks[number] | {"there": there}
    return trail(looks=looks)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (_looks(1, [[0, 9]]), "1 are lost"),
        (_looks(1, [[0, 11]]), "of 9 after it 1 are there"),
        (_looks(1, [[0, 19]]), "of 9 after it 9 are there"),
    ],
)
def test_a_row_too_few_or_too_many_is_red(told: dict[str, Any], reason: str) -> None:
    found = replaced(seen(told))
    assert found.state is State.BROKEN
    assert reason in found.reason


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (_looks(3, [[0, 10], [38, 44]]), "9 are lost"),
        (_looks(3, [[0, 44]]), "18 written between 18 are there"),
        (_looks(3, [[0, 19], [38, 40]]), "rows"),
        (trail(rows=trail()["rows"][:38]), "no write since"),
    ],
)
def test_on_the_way_back_nothing_may_be_lost_or_left(told: dict[str, Any], reason: str) -> None:
    found = returned(seen(told))
    assert found.state is State.BROKEN
    assert reason in found.reason


def test_a_store_that_takes_no_write_is_red() -> None:
    rows = [each for each in trail()["rows"] if not 20 < each[0] < 43]
    found = replaced(seen(trail(rows=rows)))
    assert (found.state, "it took no write" in found.reason) == (State.BROKEN, True)


def test_a_store_that_was_away_for_longer_than_the_rto_is_red() -> None:
    found = judges.replaced("db", 2.0, THERE, BACK)(seen(trail()), 70.0, True)  # noqa: FBT003
    assert found.state is State.BROKEN


def test_a_page_that_fails_is_red_for_whom_it_leads() -> None:
    found = replaced(seen(trail(), wrong=THERE))
    assert (found.state, "ended with 2: Error: so it is" in found.reason) == (State.BROKEN, True)
    assert returned(seen(trail(), wrong=BACK)).state is State.BROKEN
    assert replaced(seen(trail(), wrong=BACK)).state is State.MET


def test_what_nobody_told_is_unknown() -> None:
    assert replaced(seen(None), over=False).state is State.PENDING
    assert replaced(seen(None)).state is State.BLIND
    assert returned(seen(None)).state is State.BLIND
    assert replaced(seen(trail(), back=False), over=False).state is State.PENDING
    assert returned(seen(trail(), back=False)).state is State.BLIND
    rows = trail()["rows"][:10]
    assert replaced(seen(trail(rows=rows))).state is State.BLIND, "no row was sent after"


def test_a_page_whose_order_restored_nothing_is_red() -> None:
    """As with the planted defect, which ends well and does nothing."""
    told = trail(between=None, looks=[trail()["looks"][0], {"at": 60.0, "there": [[0, 44]]}])
    assert replaced(seen(told)).state is State.BROKEN


def test_a_look_counts_only_what_was_sent_before_it() -> None:
    found = Trail.of(json.dumps(trail()))
    assert found.count(found.looks[0], lambda _: True).written == 0
    assert found.count(found.looks[1], lambda _: True).written == 20


@pytest.fixture
def planned(tmp_path: Path) -> Callable[[str], Plan]:
    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


def test_both_pages_are_followed_and_whatever_was_begun_is_taken_back(
    planned: Callable[[str], Plan],
) -> None:
    found = planned(TEXT)
    every = {each.name: each for each in found.scenarios()}
    own = every["restore-in-place-db"]
    follows = [each for each in own.injections[0].actions if isinstance(each, Follow)]
    assert [each.page for each in follows] == [THERE, BACK]
    assert follows[0].undo == follows[1].undo, "it may be killed in either"
    snapped = every["restore-in-place-queue"].injections[0].actions
    pages = [each.page for each in snapped if isinstance(each, Follow)]
    assert pages == ["backup-queue", "restore-in-place-queue", "take-back-queue"]
    marks = dict(follows[0].blanks)
    for each in follows:
        for line in (*each.declared, *each.undo):
            text = written(line, {f"<{name}>": value for name, value in marks.items()})
            assert "<" not in text.replace("${file}", ""), text


def test_a_defect_is_one_of_the_page(planned: Callable[[str], Plan]) -> None:
    """What a misprint replaces stands there, once."""
    found = planned(TEXT)
    system = found.system
    pages = {
        each.name: [written(step.argv, {}) for step in each.steps]
        for each in procedures.procedures(system, "db")
    }
    own = [
        each
        for each in found.expectations(found.scenarios())
        if each.scenario == "restore-in-place-db"
    ]
    assert {each.name for each in own} == {
        "replaced/restore-in-place-db",
        "returned/restore-in-place-db",
    }
    for each in own:
        assert each.control is not None
        (misprint,) = each.control.actions
        assert isinstance(misprint, Misprint)
        lines = pages[misprint.page]
        assert sum(misprint.old in line for line in lines) == 1
