"""An exercise on a system that runs: people are reached, a primary dies, all of it is signed.

By the real command line, through the real Alertmanager, with a store whose primary is killed.
"""

from __future__ import annotations

import json
from contextlib import closing
from http import HTTPStatus
from typing import Any

import pytest
from live import Live

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("continuity")]
_BEGIN, _END = "exercise-recovery-begin", "exercise-recovery-end"
_DRILL = "primary-crash-database"
_PLANS = ("continuity", "communication", "checklists")


def _row(one: Live) -> dict[str, Any]:
    (found,) = json.loads(one.tried("exercise", "--json").stdout)["exercises"]
    return dict(found)


def _closed(one: Live, *more: str) -> dict[str, dict[str, Any]]:
    words = ("--present", "data", "--present", "grace", "--decision", "the standby takes over")
    ticked = ("back/database", "back/ledger", "needs")  # what nothing but people can tell
    ticks = (word for each in ticked for word in ("--tick", each, "I looked at it"))
    one.run("exercise", "note", "recovery", *words, *ticks, "--by", "ada", *more)
    told = json.loads(one.tried("exercise", "close", "recovery", "--json").stdout)
    return {each["expectation"]: each for each in told}


def _verdicts(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name.partition("/")[0]: each["verdict"] for name, each in found.items()}


def test_one_that_is_killed_goes_on_where_it_was_and_each_aspect_of_it_is_proven(
    exercised: Live,
) -> None:
    before = _row(exercised)["last"]
    with exercised.begun("exercise", "begin", "recovery") as process:
        assert process.stderr is not None
        while True:
            line = process.stderr.readline()
            assert line, "it ended before it was killed"
            if _DRILL in line and "inject" in line:
                break
        process.kill()
    row = _row(exercised)
    assert (row["open"], row["last"]) == (True, before)
    assert {_DRILL, _END} <= {*row["left"]}
    assert exercised.tried("exercise", "close", "recovery").returncode == 2
    told = exercised.tried("exercise", "begin", "recovery").stderr
    assert f"told/{_BEGIN}" not in told  # nobody is told twice
    refused = exercised.tried(
        "exercise", "note", "recovery", "--tick", "switch-database/1", "I did"
    )
    assert "is not ticked by hand" in refused.stderr  # a machine has seen it
    found = _closed(exercised)
    assert not _row(exercised)["open"]
    assert set(_verdicts(found).values()) == {"proven"}, found
    assert all(each["control"]["red"] for each in found.values()), found
    recovered = found["recovered/recovery"]
    assert "S5" in recovered["requirements"]
    figures = {each["name"]: each for each in recovered["figures"]}
    assert figures[f"kept/{_DRILL}: of these lost"]["value"] == 0, figures
    assert figures[f"resumed/{_DRILL}: no write"]["target"] is not None, figures
    exercised.tried("report")
    exercised.run("verify", ".seatrial/report")


def test_the_pages_that_it_followed_say_so_until_they_change(exercised: Live) -> None:
    exercised.run("exercise", "record", "recovery", "--out", "held")
    record = (exercised.folder / "held/exercise-recovery-record.md").read_text()
    assert "Not done" not in record
    (command,) = [line for line in record.splitlines() if "(`switch-database/3`)" in line]
    assert command.endswith(" s | followed/switch-database |")
    assert "| ada: I looked at it |" in record
    file = exercised.folder / "seatrial.yaml"
    text = file.read_text(encoding="utf-8")
    assert _pages(exercised) == {f"{each}: Proven" for each in _PLANS}
    try:
        file.write_text(text.replace("dpa@authority", "other@authority"), encoding="utf-8")
        aspects = {each["name"]: each for each in _row(exercised)["aspects"]}
        assert "page communication changed" in aspects["communication/recovery"]["reason"]
        assert "page" not in aspects["continuity/recovery"]["reason"]
        assert _pages(exercised) == {f"{each}: Stale" for each in _PLANS}
    finally:
        file.write_text(text, encoding="utf-8")


def _pages(one: Live) -> set[str]:
    """What each plan says of its last execution, in a word."""
    one.tried("docs", "--out", "paper", "--format", "md")
    found = set()
    for each in _PLANS:
        _, _, standing = (one.folder / f"paper/{each}.md").read_text().splitlines()[:3]
        found.add(f"{each}: {standing.partition('**')[2].split()[0].strip(':')}")
    return found


def test_an_audience_whose_channel_is_mute_makes_the_record_red(exercised: Live) -> None:
    body = json.dumps({"channels": [], "receivers": ["audience-customers-notice"]})
    with closing(exercised.runtime) as runtime:
        assert runtime.request("POST", "sink", "http", "/deaf", body).status == HTTPStatus.OK
        try:
            exercised.tried("exercise", "begin", "recovery")
        finally:
            runtime.request("DELETE", "sink", "http", "/deaf")
    found = _closed(exercised)
    verdicts = _verdicts(found)
    assert verdicts["informed"] == "failed", found
    assert "customers" in found["informed/recovery"]["reason"]
    assert (verdicts["tested"], verdicts["recovered"]) == ("proven", "proven"), found
    # an audience on the page that the exercise did not reach; the checklists were followed
    assert [verdicts[each] for each in _PLANS] == ["proven", "failed", "proven"], found
    assert "tell/customers/begin" in found["communication/recovery"]["reason"]
    assert "tell/regulator" not in found["communication/recovery"]["reason"]
    row = _row(exercised)
    assert row["verdict"] == "failed"


def test_the_way_to_people_turns_red_with_its_defect(exercised: Live) -> None:
    name = f"called/{_BEGIN}"
    found = exercised.proven("--controls", name)
    assert found[name]["verdict"] == "proven", found
    figures = {each["name"]: each["value"] for each in found[name]["figures"]}
    assert figures["grace reached on"] == 1, found  # by e-mail, and in no team
    assert found[name]["control"]["defect"] == "the mail of grace is refused", found
    assert found[name]["control"]["red"] is True, found
