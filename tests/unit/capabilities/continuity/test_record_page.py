"""The page of a record: each line of the followed pages, and in red what was not done."""

from __future__ import annotations

from dataclasses import replace

from exercise_samples import FOLLOWING, NOW

from seatrial.capabilities.continuity.following import executed
from seatrial.capabilities.continuity.record_page import record_page
from seatrial.capabilities.recovery_docs.html import html
from seatrial.capabilities.recovery_docs.markdown import markdown
from seatrial.contract.document import Text, Tone
from seatrial.contract.exercise import Lesson, Record

CLOSED = replace(FOLLOWING, rests={"page:continuity": "c" * 64}, closed_by="ada")


def red(record: Record) -> list[str]:
    return [
        each.text
        for each in record_page(record).blocks
        if isinstance(each, Text) and each.tone is Tone.BAD
    ]


def test_each_line_stands_there_with_its_instant_duration_and_witness() -> None:
    found = markdown(record_page(CLOSED))
    assert "2 of 2 lines of continuity were done" in found
    assert f"SHA-256 `{'c' * 64}`" in found
    assert "| 2. ledger is back (`back/ledger`) | " in found
    assert "| not timed | ada: it answers |" in found
    assert "| 1.5 s | arrived at the sink: told/x |" in found
    assert red(CLOSED) == []


def test_what_was_not_done_is_red_with_its_name_and_why() -> None:
    found = red(replace(CLOSED, ticks=()))
    assert "1 of 2 lines of continuity were done." in found[0]
    assert found[1] == (
        "Not done: 2. ledger is back (`back/ledger`): nobody did it, or nobody said so."
    )
    assert '<p class="bad">Not done: 2. ledger is back' in html(
        record_page(replace(CLOSED, ticks=()))
    )


def test_what_was_worked_out_when_it_was_closed_is_what_is_shown() -> None:
    signed = replace(CLOSED, executed=executed(CLOSED))
    assert markdown(record_page(replace(signed, ticks=()))) == markdown(record_page(signed))


def test_an_open_record_a_broken_off_one_and_who_was_missing_are_told() -> None:
    assert "It is open" in markdown(record_page(replace(CLOSED, ended=None)))
    broken = red(replace(CLOSED, broken_off="a real fire", present=("web",)))
    assert broken[0].endswith(": a real fire.")
    assert broken[1] == "Not there: data."


def test_findings_say_until_when_they_are_to_be_mended_or_how_they_were() -> None:
    lessons = (
        Lesson(number=1, text="no list", owner="web", due=NOW),
        Lesson(number=2, text="no key", owner="web", due=NOW, done=NOW, how="made one"),
    )
    found = markdown(record_page(replace(CLOSED, lessons=lessons)))
    assert "1. no list (web): open, due" in found
    assert "2. no key (web): mended: made one." in found
