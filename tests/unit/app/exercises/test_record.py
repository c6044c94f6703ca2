"""A record grows line by line, is whole or not there, and reads back to what was signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.app.exercises import note, record
from seatrial.app.exercises.journal import Journal
from seatrial.app.unclear import Unclear
from seatrial.capabilities.continuity import judging
from seatrial.contract.checklist import Line
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import Planned, Record, Rung, Shown
from seatrial.contract.scenario import State
from seatrial.evidence.failure import EvidenceFailure
from seatrial.system.model import System

PLANNED = Planned(
    name="recovery",
    rung=Rung.DRILL,
    takes_part=("web",),
    informs=(),
    cards=("lost-api",),
    scenarios=("restore-orders",),
    begin="exercise-recovery-begin",
)
BEGUN = record.begun("a" * 32, PLANNED, {"file:x": "d" * 64}, at=100.0, by="ada")
SHOWN = Shown(
    evidence="e1",
    expectation="exact/restore-orders",
    scenario="restore-orders",
    requirements=("R20.1", "S5"),
    verdict=Verdict.PROVEN,
    reason="restored",
    started=110.0,
    finished=120.0,
)
SYSTEM = System.model_validate(
    {
        "system": "shop",
        "people": {"ada": {"name": "Ada", "email": "ada@acme.example"}},
        "teams": {"web": {"members": ["ada"]}},
        "services": {"api": {"owner": "web", "run": "sleep 9"}},
    }
)


def _finding(owner: str, due: str) -> note.Notes:
    return note.typed(present=(), decisions=(), answers=(), findings=(("x", owner, due),))


def at(**entry: object) -> dict[str, object]:
    return {"at": 130.0, "by": "ada", **entry}


def folded(*entries: record.Entry) -> Record:
    found = record.folded((BEGUN, *entries))
    assert found is not None
    return found


def test_nothing_that_was_not_begun_is_a_record() -> None:
    assert record.folded(()) is None
    assert record.folded((at(**{"is": "present", "who": "web"}),)) is None


def test_what_is_said_and_shown_is_in_it_in_order() -> None:
    found = folded(
        record.shown((SHOWN,)),
        at(**{"is": "present", "who": "web"}),
        at(**{"is": "present", "who": "web"}),
        at(**{"is": "decision", "text": "wait"}),
        at(**{"is": "answer", "card": "lost-api", "text": "restart"}),
        at(**{"is": "finding", "text": "no list", "owner": "ada", "due": 900.0}),
        at(**{"is": "looked", "ill": []}),
    )
    assert found.shown == (SHOWN,)
    assert found.present == ("web",)
    assert (found.decisions[0].text, found.answers[0].card) == ("wait", "lost-api")
    assert (found.lessons[0].number, found.lessons[0].owner, found.ill) == (1, "ada", ())
    assert found.left == ("exercise-recovery-begin",)
    assert found.ended is None
    assert found.rests == {"file:x": "d" * 64}


def test_what_is_run_again_speaks_last_and_the_first_end_counts() -> None:
    worse = record.shown((SHOWN.__class__(**_fields(SHOWN) | {"verdict": Verdict.FAILED}),))
    closing = at(**{"is": "closing", "why": ""})
    later = {**closing, "at": 500.0}
    found = folded(record.shown((SHOWN,)), worse, closing, later)
    assert [each.verdict for each in found.shown] == [Verdict.FAILED]
    assert found.ended == 130.0


def _fields(one: Shown) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_what_is_signed_reads_back_to_the_same_and_other_bytes_are_refused() -> None:
    found = folded(record.shown((SHOWN,)), at(**{"is": "closing", "why": ""}))
    raw = record.written(found)
    assert record.read(raw) == found
    assert record.written(record.read(raw)) == raw
    with pytest.raises(EvidenceFailure):
        record.read(b"{}")


def test_all_that_is_said_at_once_is_one_line() -> None:
    said = note.entries(
        SYSTEM,
        folded(),
        note.Notes(present=("web",), decisions=("wait",), answers={"lost-api": "restart"}),
        130.0,
        "ada",
    )
    found = folded(record.noted(said))
    assert (found.present, found.decisions[0].text) == (("web",), "wait")
    assert found.answers[0].text == "restart"


def test_findings_that_are_not_mended_outlive_the_next_exercise() -> None:
    found = folded(
        at(**{"is": "finding", "text": "no list", "owner": "ada", "due": 90.0}),
        at(**{"is": "finding", "text": "no key", "owner": "ada", "due": 95.0}),
    )
    left = tuple(each for each in record.mended(found, 1, 99.0, "printed").lessons if not each.done)
    again = record.folded(
        (
            record.begun("b" * 32, PLANNED, {}, at=200.0, by="ada", lessons=left),
            at(**{"is": "finding", "text": "slow", "owner": "ada", "due": 900.0}),
        )
    )
    assert again is not None
    assert [(each.number, each.text) for each in again.lessons] == [(2, "no key"), (3, "slow")]
    assert judging.followed_up(again, 210.0).state is State.BROKEN  # it was overdue, and still is


def test_the_first_look_counts_and_a_word_says_something() -> None:
    looked = [at(**{"is": "looked", "ill": each}) for each in (["api.0 is exited"], [])]
    assert folded(*looked).ill == ("api.0 is exited",)
    with pytest.raises(Unclear, match="at least 1 character"):
        note.typed(present=(), decisions=(" ",), answers=(), findings=())


def test_what_was_broken_off_is_closed_by_the_same_line() -> None:
    found = folded(at(**{"is": "closing", "why": "a real fire"}))
    assert (found.ended, found.broken_off) == (130.0, "a real fire")


LINE = Line(name="back/api", page="continuity", text="api is back")
SHOWN_LINE = Line(
    name="back/orders", page="continuity", text="orders is back", shown_by=("exact/orders",)
)


def _followed() -> Record:
    planned = replace(PLANNED, lines=(LINE, SHOWN_LINE))
    found = record.folded((record.begun("a" * 32, planned, {}, at=100.0, by="ada"),))
    assert found is not None
    return found


def _ticks(**ticks: str) -> note.Notes:
    pairs = tuple((name.replace("_", "/"), text) for name, text in ticks.items())
    return note.typed(present=(), decisions=(), answers=(), findings=(), ticks=pairs)


def test_a_line_is_ticked_in_a_name_and_what_is_said_again_speaks_last() -> None:
    held = _followed()
    begun = record.begun("a" * 32, held.planned, {}, at=100.0, by="ada")
    said = [
        record.noted(note.entries(SYSTEM, held, _ticks(back_api=text), at, by))
        for text, at, by in (("it runs", 130.0, "ada"), ("it answers", 140.0, "bob"))
    ]
    found = record.folded((begun, *said))
    assert found is not None
    (tick,) = found.ticks
    assert (tick.card, tick.by, tick.text, tick.at) == ("back/api", "bob", "it answers", 140.0)
    assert record.read(record.written(found)) == found


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        (_ticks(back_apj="x"), 'no line of a page is called back/apj; did you mean "back/api"'),
        (_ticks(back_orders="x"), "back/orders is not ticked by hand: exact/orders shows"),
    ],
)
def test_nobody_ticks_what_is_on_no_page_or_what_a_machine_sees(
    notes: note.Notes, said: str
) -> None:
    with pytest.raises(Unclear, match=said):
        note.entries(SYSTEM, _followed(), notes, 1.0, "ada")


def test_a_tick_says_what_was_seen() -> None:
    with pytest.raises(Unclear, match="at least 1 character"):
        _ticks(back_api=" ")


def test_the_look_at_the_end_has_its_instant() -> None:
    assert folded(at(**{"is": "looked", "ill": []})).looked == 130.0


def test_a_finding_is_mended_once() -> None:
    found = folded(at(**{"is": "finding", "text": "no list", "owner": "ada", "due": 900.0}))
    done = record.mended(found, 1, 300.0, "printed")
    assert (done.lessons[0].done, done.lessons[0].how) == (300.0, "printed")
    with pytest.raises(KeyError):
        record.mended(done, 1, 301.0, "again")


def test_a_journal_is_begun_once_and_a_torn_line_was_never_written(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path / "exercises", name="recovery")
    assert journal.entries() == ()
    assert journal.begin(BEGUN)
    journal.add(record.shown((SHOWN,)))
    with journal.path.open("ab") as file:
        file.write(b'\n{"is": "decision", "text": "wa')  # killed while it wrote
    journal.add(at(**{"is": "present", "who": "web"}))
    assert [each["is"] for each in journal.entries()] == ["begun", "shown", "present"]
    assert not journal.begin(record.begun("b" * 32, PLANNED, {}, at=1.0, by="eve"))
    assert journal.entries()[0]["id"] == "a" * 32


def test_one_that_was_killed_before_its_first_line_can_be_begun(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, name="recovery")
    journal.path.write_bytes(b'{"is": "beg')
    assert journal.begin(BEGUN)
    assert record.folded(journal.entries()) == folded()


def test_a_closed_journal_is_open_no_more_and_stays(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, name="recovery")
    journal.begin(BEGUN)
    journal.close("a" * 32)
    assert journal.entries() == ()
    assert [each.name for each in tmp_path.iterdir()] == [f"recovery-{'a' * 32}.jsonl"]


def test_minutes_are_read_from_a_file_and_what_is_wrong_names_its_key(tmp_path: Path) -> None:
    path = tmp_path / "minutes.yaml"
    path.write_text(
        "present: [web]\nanswers: {lost-api: restart}\n"
        "findings:\n  - {finding: no list, owner: ada, due: 2026-12-31}\n",
        encoding="utf-8",
    )
    read = note.from_file(path)
    assert (read.present, read.findings[0].due) == (("web",), dt.date(2026, 12, 31))
    path.write_text("findings: [{finding: x, owner: ada}]\n", encoding="utf-8")
    with pytest.raises(Unclear, match=r"findings\.0\.due"):
        note.from_file(path)
    path.write_text("present: [\n", encoding="utf-8")
    with pytest.raises(Unclear, match="minutes"):
        note.from_file(path)


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        (note.Notes(present=("wbe",)), "no team or person is called wbe"),
        (note.Notes(answers={"lost-apj": "x"}), "no card is called lost-apj"),
        (_finding("bob", "2026-12-31"), "called bob"),
    ],
)
def test_nobody_is_noted_who_is_not_in_the_file(notes: note.Notes, said: str) -> None:
    with pytest.raises(Unclear, match=said):
        note.entries(SYSTEM, folded(), notes, 1.0, "ada")


def test_a_day_that_is_none_is_refused_and_the_last_day_counts_whole() -> None:
    with pytest.raises(Unclear, match="due"):
        _finding("ada", "soon")
    (entry,) = note.entries(SYSTEM, folded(), _finding("ada", "2026-12-31"), 1.0, "ada")
    day = dt.datetime.fromtimestamp(entry["due"], dt.UTC)
    assert (day.date(), day.hour) == (dt.date(2026, 12, 31), 23)
