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


def _row(one: Live) -> dict[str, Any]:
    (found,) = json.loads(one.tried("exercise", "--json").stdout)["exercises"]
    return dict(found)


def _closed(one: Live) -> dict[str, dict[str, Any]]:
    words = ("--present", "data", "--decision", "the standby takes over")
    one.run("exercise", "note", "recovery", *words)
    told = json.loads(one.tried("exercise", "close", "recovery", "--json").stdout)
    return {each["expectation"]: each for each in told}


def _verdicts(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name.partition("/")[0]: each["verdict"] for name, each in found.items()}


def test_an_exercise_is_held_and_each_aspect_of_its_record_is_proven(exercised: Live) -> None:
    exercised.run("exercise", "begin", "recovery")
    found = _closed(exercised)
    assert set(_verdicts(found).values()) == {"proven"}, found
    assert all(each["control"]["red"] for each in found.values()), found
    recovered = found["recovered/recovery"]
    assert "S5" in recovered["requirements"]
    figures = {each["name"]: each for each in recovered["figures"]}
    assert figures[f"kept/{_DRILL}: of these lost"]["value"] == 0, figures
    assert figures[f"resumed/{_DRILL}: no write"]["target"] is not None, figures
    exercised.tried("report")
    exercised.run("verify", ".seatrial/report")


def test_one_that_is_killed_stays_open_and_goes_on_where_it_was(exercised: Live) -> None:
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
    assert (row["open"], row["left"], row["last"]) == (True, [_DRILL, _END], before)
    assert exercised.tried("exercise", "close", "recovery").returncode == 2
    told = exercised.tried("exercise", "begin", "recovery").stderr
    assert f"told/{_BEGIN}" not in told  # nobody is told twice
    assert set(_verdicts(_closed(exercised)).values()) == {"proven"}
    assert not _row(exercised)["open"]


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
    row = _row(exercised)
    assert row["verdict"] == "failed"


def test_the_way_to_people_turns_red_with_its_defect(exercised: Live) -> None:
    name = f"called/{_BEGIN}"
    found = exercised.proven("--controls", name)
    assert found[name]["control"]["red"] is True, found
