"""exercise as a user types it: the ladder, the pages, a table-top from begin to close."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

if TYPE_CHECKING:
    from conftest import Run, Typed

SECTION = """\
continuity:
  exercises:
    talk: {kind: table-top, every: 180d, parts: [api], takes_part: [web]}
    break: {kind: drill, every: 90d, takes_part: [web]}
"""
NOTES = """\
present: [web]
decisions: [we restart it]
answers: {lost-api: web is paged and restarts it}
findings:
  - {finding: nobody has the phone list, owner: web, due: 2199-12-31}
"""


@pytest.fixture(autouse=True)
def continuous(shop: Path) -> Path:
    """A shop whose continuity is promised; keys and evidence stay in its folder."""
    text = shop.read_text(encoding="utf-8").replace("[R01, R03]", "[R01, R03, R22]")
    shop.write_text(text + SECTION, encoding="utf-8")
    return shop


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))


def held(run: Run, folder: Path) -> None:
    """The table-top, up to its end."""
    (folder / "minutes.yaml").write_text(NOTES, encoding="utf-8")
    assert run("exercise", "begin", "talk").code == 0
    assert run("exercise", "note", "talk", "--minutes", "minutes.yaml").code == 0


def rows(run: Run) -> dict[str, dict[str, object]]:
    return {each["name"]: each for each in run("exercise", "--json").json()["exercises"]}


def test_what_was_never_held_is_due_now_and_not_known(run: Run) -> None:
    done = run("exercise")
    assert done.code == 3
    assert done.out.count("never") == 2
    assert {each["verdict"] for each in rows(run).values()} == {"unknown"}


def test_what_is_due_is_a_calendar_that_a_program_reads(run: Run, folder: Path) -> None:
    held(run, folder)
    assert run("exercise", "close", "talk").code == 0
    assert run("exercise", "calendar", "--out", "due.ics").code == 0
    raw = (folder / "due.ics").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    events = Calendar.from_ical(raw).walk("VEVENT")
    found = {str(each["SUMMARY"]): each["DTSTART"].dt for each in events}
    due = dt.datetime.fromtimestamp(rows(run)["talk"]["due"], dt.UTC).date()  # type: ignore[arg-type]
    assert found["shop: exercise talk"] == due
    assert found["shop: nobody has the phone list (web)"] == dt.date(2199, 12, 31)
    assert "shop: exercise break (never held)" in found
    assert len({str(each["UID"]) for each in events}) == len(found) == 3
    for words in ((), ("--out", "-")):
        assert run("exercise", "calendar", *words).out.startswith("BEGIN:VCALENDAR")
    done = run("exercise", "calendar", "--out", "nowhere/due.ics")
    assert (done.code, "there is no folder nowhere" in done.err) == (2, True)


def test_without_an_exercise_there_is_no_calendar(run: Run, continuous: Path) -> None:
    text = continuous.read_text(encoding="utf-8")
    continuous.write_text(text.replace("R03, R22]", "R03]"), encoding="utf-8")
    done = run("exercise", "calendar", "--out", "due.ics")
    assert done.code == 2
    assert "no exercise is promised here" in done.err
    assert not (continuous.parent / "due.ics").exists()


def test_the_pages_are_written_with_a_card_for_what_is_talked_through(
    run: Run, folder: Path
) -> None:
    assert run("exercise", "prepare", "talk", "--out", "paper").code == 0
    assert {each.name for each in (folder / "paper").iterdir()} == {
        f"exercise-talk{part}.{ending}"
        for part in ("", "-script", "-cards")
        for ending in ("md", "html")
    }
    assert "The service api is gone" in (folder / "paper/exercise-talk-cards.md").read_text()


def test_the_record_is_a_page_while_it_is_open_and_once_it_is_closed(
    run: Run, folder: Path
) -> None:
    assert "talk has no record yet" in run("exercise", "record", "talk").err
    held(run, folder)
    page = folder / "exercises/exercise-talk-record.md"
    assert run("exercise", "record", "talk").code == 0
    assert "It is open" in page.read_text(encoding="utf-8")
    assert run("exercise", "close", "talk").code == 0
    assert run("exercise", "record", "talk", "--format", "md").code == 0
    text = page.read_text(encoding="utf-8")
    assert "It is open" not in text
    assert "lost-api: web is paged and restarts it" in text


def test_a_name_that_is_nearly_right_is_suggested(run: Run) -> None:
    done = run("exercise", "begin", "tlak")
    assert done.code == 2
    assert 'no exercise is called tlak; did you mean "talk"?' in done.err


def test_a_table_top_is_held_and_its_record_proves_what_it_says(run: Run, folder: Path) -> None:
    held(run, folder)
    found = {
        each["expectation"]: each for each in run("exercise", "close", "talk", "--json").json()
    }
    assert {name: each["verdict"] for name, each in found.items()} == {
        f"{aspect}/talk": "proven" for aspect in ("answered", "attended", "followed-up")
    }
    assert all(each["control"]["red"] for each in found.values())
    one = rows(run)["talk"]
    assert (one["verdict"], one["open"]) == ("proven", False)
    (finding,) = one["findings"]  # type: ignore[misc]
    assert finding["finding"] == "nobody has the phone list"


def test_a_finding_that_nobody_has_mended_outlives_the_next_time(run: Run, folder: Path) -> None:
    held(run, folder)
    assert run("exercise", "close", "talk").code == 0
    assert run("exercise", "begin", "talk").code == 0
    words = ("--present", "web", "--answer", "lost-api", "as before")
    assert run("exercise", "note", "talk", *words).code == 0
    assert run("exercise", "close", "talk").code == 0  # nothing is missing: nobody is asked
    (finding,) = rows(run)["talk"]["findings"]  # type: ignore[misc]
    assert finding["finding"] == "nobody has the phone list"


def test_the_record_is_in_the_report_and_verifies_until_it_is_changed(
    run: Run, folder: Path
) -> None:
    held(run, folder)
    assert run("exercise", "close", "talk").code == 0
    run("report")
    report = folder / ".seatrial/report"
    assert run("verify", report).code == 0
    (record,) = [
        each for each in (report / "artefacts").iterdir() if b"web is paged" in each.read_bytes()
    ]
    record.write_bytes(record.read_bytes().replace(b"web is paged", b"data is paged"))
    assert run("verify", report).code == 1


def test_what_nobody_wrote_down_is_said_before_it_is_signed(run: Run) -> None:
    assert run("exercise", "begin", "talk").code == 0
    done = run("exercise", "close", "talk", "--json")
    assert done.code == 2
    assert "who was there; an answer to lost-api" in done.err
    assert "confirm it with --yes" in done.err
    one = rows(run)["talk"]
    assert (one["open"], one["last"]) == (True, None)  # nothing was signed, and it goes on
    assert run("exercise", "note", "talk", "--present", "web").code == 0
    assert "written down an answer to lost-api:" in run("exercise", "close", "talk").err


def test_on_a_terminal_somebody_agrees_to_sign_what_is_missing(run: Run, typed: Typed) -> None:
    assert run("exercise", "begin", "talk").code == 0
    code, shown = typed("exercise", "close", "talk", prompt="[y/N]: ", keys=b"n\n")
    assert code == 130, shown
    assert rows(run)["talk"]["open"]
    code, shown = typed("exercise", "close", "talk", prompt="[y/N]: ", keys=b"y\n")
    assert code == 1, shown
    assert not rows(run)["talk"]["open"]


def test_what_nobody_wrote_down_is_not_proven(run: Run) -> None:
    assert run("exercise", "begin", "talk").code == 0
    done = run("exercise", "close", "talk", "--yes", "--json")
    assert done.code == 1
    verdicts = {each["expectation"]: each["verdict"] for each in done.json()}
    assert verdicts["answered/talk"] == "failed"
    assert verdicts["attended/talk"] == "unknown"


def test_a_drill_that_never_ran_is_not_signed(run: Run, folder: Path) -> None:
    held(run, folder)
    (journal,) = (folder / ".seatrial/exercises").iterdir()
    made_up = {
        "evidence": "e" * 32,
        "expectation": "exact/restore-orders",
        "scenario": "restore-orders",
        "requirements": ["R20.1", "S5"],
        "verdict": "proven",
        "reason": "so they say",
        "started": 1.0,
        "finished": 2.0,
        "figures": [],
    }
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"is": "shown", "shown": [made_up]}) + "\n")
    done = run("exercise", "close", "talk")
    assert done.code == 3
    assert "what no signed evidence says" in done.err
    assert run("exercise", "break-off", "talk", "somebody wrote into it").code == 1


def test_a_second_begin_goes_on_with_the_same_record(run: Run, folder: Path) -> None:
    held(run, folder)
    assert "present: web" in run("exercise", "begin", "talk").err
    done = run("exercise")
    assert "talk was begun" in done.out
    assert "is not closed" in done.out


def test_what_is_changed_while_it_is_held_makes_its_record_stale(
    run: Run, folder: Path, continuous: Path
) -> None:
    held(run, folder)
    text = continuous.read_text(encoding="utf-8")
    continuous.write_text(text.replace("every: 180d", "every: 170d"), encoding="utf-8")
    assert run("exercise", "close", "talk").code == 0  # as it was, it went well
    assert rows(run)["talk"]["verdict"] == "stale"


def test_one_that_is_broken_off_says_so_and_stays_due(run: Run, folder: Path) -> None:
    held(run, folder)
    done = run("exercise", "break-off", "talk", "a real incident")
    assert done.code == 1
    assert done.out.count("broken off: a real incident") == 3
    assert run("exercise").code == 1
    assert "now" in run("exercise").out


def test_a_finding_is_overdue_until_it_is_mended(run: Run, folder: Path) -> None:
    held(run, folder)
    note = ("exercise", "note", "talk", "--finding", "no runbook", "web", "2020-01-01")
    assert run(*note).code == 0
    assert run("exercise", "close", "talk").code == 1
    assert "overdue" in run("exercise").out
    assert run("exercise", "mended", "talk", "9", "done").code == 2
    assert run("exercise", "mended", "talk", "2", "it is written").code == 0
    assert rows(run)["talk"]["verdict"] == "proven"


def test_a_drill_needs_the_system_up_and_leaves_nothing_open_without_it(run: Run) -> None:
    done = run("exercise", "begin", "break")
    assert done.code == 3
    assert "run `seatrial up` first" in done.err
    assert not rows(run)["break"]["open"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--present", "wbe"), "no team or person is called wbe"),
        (("--answer", "lost-apj", "x"), "no card is called lost-apj"),
        (("--finding", "x", "web", "soon"), "findings.0.due"),
        (("--tick", "back/api", "x"), "no line of a page is called back/api"),
        (("--minutes", "nowhere.yaml"), "nowhere.yaml"),
        ((), "there is nothing to note"),
    ],
)
def test_what_cannot_be_noted_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    assert run("exercise", "begin", "talk").code == 0
    done = run("exercise", "note", "talk", *words)
    assert done.code in {2, 3}
    assert said in done.err


def test_nothing_is_noted_nor_closed_of_what_is_not_held(run: Run) -> None:
    for words in (("note", "talk", "--present", "web"), ("close", "talk")):
        done = run("exercise", *words)
        assert done.code == 2
        assert "talk is not being held" in done.err
