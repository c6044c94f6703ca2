"""What became of the lines of a page: a machine's tick, a person's, and neither by default."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exercise_samples import (
    BACK,
    DATA,
    FOLLOWING,
    LEDGER,
    NOW,
    PLANNED,
    RECORD,
    RUN,
    TABLE_TOP,
    TOLD,
    TYPED,
    channels,
    seconds,
)

from seatrial.capabilities.continuity import aspects
from seatrial.capabilities.continuity.following import by_hand, executed, tickable, unwritten
from seatrial.contract.checklist import (
    CHECKLISTS,
    COMMUNICATION,
    CONTINUITY,
    PLANS,
    Done,
    Line,
    told_after,
)
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import Record, Rung, Said
from seatrial.contract.scenario import State


def done(record: Record, line: Line) -> Done:
    (found,) = [each for each in executed(record) if each.line == line.name]
    return found


def with_shown(name: str, **other: object) -> Record:
    return replace(
        FOLLOWING,
        shown=tuple(
            replace(each, **other) if each.expectation == name else each  # type: ignore[arg-type]
            for each in FOLLOWING.shown
        ),
    )


@pytest.mark.parametrize(
    ("line", "at", "took", "seen"),
    [
        (BACK, NOW - 50, 7.7, "resumed/x"),
        (LEDGER, NOW - 30, None, "ada: it answers"),
        (TOLD, NOW - 96.5, 1.5, "arrived at the sink: told/x"),
        (TYPED, NOW - 50, 5.0, "followed/switch"),
        (RUN, NOW - 5, None, "each replica was ready"),
        (DATA, NOW - 20, None, "bob: I counted"),
    ],
)
def test_each_line_says_when_how_long_and_by_what(
    line: Line, at: float, took: float | None, seen: str
) -> None:
    found = done(FOLLOWING, line)
    assert (found.state, found.at, found.seconds, found.seen) == (State.MET, at, took, seen)
    own = seen.rpartition(" ")[2]  # the expectation, where one shows it
    assert found.evidence == (f"evidence of {own}" if line in (BACK, TOLD, TYPED) else "")


NOBODY = "nobody did it, or nobody said so"


@pytest.mark.parametrize(
    ("record", "line", "state", "seen"),
    [
        (replace(FOLLOWING, ticks=()), LEDGER, State.BROKEN, NOBODY),
        (
            with_shown("resumed/x", verdict=Verdict.FAILED),
            BACK,
            State.BROKEN,
            "resumed/x is failed: seen",
        ),
        (
            with_shown("resumed/x", verdict=Verdict.UNKNOWN),
            BACK,
            State.BLIND,
            "resumed/x is unknown: seen",
        ),
        (
            with_shown("told/x", figures=(seconds(told_after("customers"), 1.5), channels(1))),
            TOLD,
            State.BROKEN,
            "told/x says nothing of it",
        ),
        (with_shown("told/x", figures=()), TOLD, State.BROKEN, "told/x says nothing of it"),
        (
            with_shown("followed/switch", figures=(), verdict=Verdict.FAILED),
            TYPED,
            State.BROKEN,
            "followed/switch is failed: seen",
        ),
        (
            replace(FOLLOWING, shown=()),
            BACK,
            State.BLIND,
            "nothing was seen in its drill, resumed/x",
        ),
        (replace(FOLLOWING, ill=None), RUN, State.BLIND, "nobody looked"),
        (replace(FOLLOWING, ill=("api.0 is held",)), RUN, State.BROKEN, "api.0 is held"),
    ],
)
def test_what_was_not_done_is_red_and_what_nobody_saw_unknown(
    record: Record, line: Line, state: State, seen: str
) -> None:
    found = done(record, line)
    assert (found.state, found.seen, found.at) == (state, seen, None)


def test_commands_that_did_as_told_stay_done_where_a_later_one_failed() -> None:
    assert done(with_shown("followed/switch", verdict=Verdict.FAILED), TYPED).state is State.MET


@pytest.mark.parametrize("line", [BACK, TOLD, RUN])
def test_nobody_ticks_what_a_machine_can_see(line: Line) -> None:
    tick = Said(at=NOW, by="eve", text="I am sure", card=line.name)
    record = replace(FOLLOWING, ticks=(tick,), shown=(), ill=None)
    assert done(record, line).state is State.BLIND
    assert not tickable(line)


def test_an_audience_that_no_drill_tells_is_told_by_nobody() -> None:
    alone = replace(TOLD, shown_by=())
    tick = Said(at=NOW, by="eve", text="I rang", card=TOLD.name)
    record = replace(FOLLOWING, planned=replace(PLANNED, lines=(alone,)), ticks=(tick,))
    found = done(record, alone)
    assert (found.state, found.seen) == (State.BROKEN, "this exercise does not do it")


def test_a_line_that_names_what_does_not_exist_any_more_is_red_whoever_ticks_it() -> None:
    gone = replace(TYPED, gone=True)
    tick = Said(at=NOW, by="eve", text="done", card=gone.name)
    record = replace(FOLLOWING, planned=replace(PLANNED, lines=(gone,)), ticks=(tick,))
    assert done(record, gone).state is State.BROKEN
    assert "which does not exist" in done(record, gone).seen
    assert not tickable(gone)


def test_people_are_asked_for_what_nobody_has_ticked_yet() -> None:
    assert by_hand(FOLLOWING) == ()
    assert by_hand(replace(FOLLOWING, ticks=FOLLOWING.ticks[:1])) == (DATA,)


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (FOLLOWING, ()),
        (TABLE_TOP, ()),  # in which nothing has to be decided
        (replace(RECORD, present=()), ("who was there",)),
        (replace(RECORD, present=("web",)), ("that data was there",)),
        (replace(RECORD, decisions=()), ("a decision",)),
        (replace(TABLE_TOP, answers=()), ("an answer to lost-database",)),
        (replace(FOLLOWING, ticks=FOLLOWING.ticks[:1]), (f"that somebody did {DATA.name}",)),
    ],
)
def test_what_nobody_has_written_down_is_named(record: Record, missing: tuple[str, ...]) -> None:
    assert unwritten(record) == missing


def test_of_many_the_first_are_named() -> None:
    cards = tuple(f"lost-{letter}" for letter in "abcdefg")
    planned = replace(TABLE_TOP.planned, cards=cards)
    (told,) = unwritten(replace(TABLE_TOP, planned=planned, answers=()))
    assert told == "an answer to lost-a, lost-b, lost-c, lost-d, lost-e and 2 more"


FOLLOWS = (*PLANS, CHECKLISTS)
ASPECTS = {each.name: each for each in aspects.of("recovery", Rung.DRILL, FOLLOWS)}


def test_each_page_has_its_aspect_and_none_where_it_is_not_followed() -> None:
    plain = {each.name for each in aspects.of("recovery", Rung.DRILL)}
    own = {name: each for name, each in ASPECTS.items() if name not in plain}
    assert {name: (each.requirements, each.page) for name, each in own.items()} == {
        "continuity/recovery": (("R18.3",), CONTINUITY),
        "communication/recovery": (("R18.3",), COMMUNICATION),
        "checklists/recovery": (("R18.4",), CHECKLISTS),
    }


@pytest.mark.parametrize("name", [f"{page}/recovery" for page in FOLLOWS])
@pytest.mark.parametrize("record", [FOLLOWING, replace(FOLLOWING, planned=replace(
    FOLLOWING.planned, lines=tuple(e for e in FOLLOWING.planned.lines if e != DATA)
))])  # fmt: skip
def test_a_page_that_was_done_is_met_and_turns_red_with_its_defect(
    name: str, record: Record
) -> None:
    one = ASPECTS[name]
    assert one.judge(record, NOW).state is State.MET
    spoiled = one.spoil(record, NOW)
    assert spoiled is not None
    found = one.judge(spoiled, NOW)
    assert found.state is State.BROKEN
    assert found.reason.startswith("not done: ")


@pytest.mark.parametrize(
    ("page", "record", "lines", "spent"),
    [
        (CONTINUITY, FOLLOWING, 2, 27.7),
        (COMMUNICATION, FOLLOWING, 1, 1.5),
        (CONTINUITY, replace(FOLLOWING, planned=replace(PLANNED, lines=(LEDGER,))), 1, 70.0),
    ],
)
def test_the_figures_count_the_lines_of_a_page_and_time_it(
    page: str, record: Record, lines: int, spent: float
) -> None:
    """From where something was timed; people alone say when it was done, since all began."""
    found = ASPECTS[f"{page}/recovery"].judge(record, NOW).figures
    assert [(each.name, each.value, each.target) for each in found] == [
        ("lines done", lines, lines),
        (f"{page} took", spent, None),
    ]


def test_what_was_not_done_is_told_each_reason_once() -> None:
    found = ASPECTS["continuity/recovery"].judge(
        replace(FOLLOWING, planned=replace(PLANNED, lines=(LEDGER, replace(LEDGER, name="x")))), NOW
    )
    assert found.reason == f"not done: x ({NOBODY})"
    assert (found.figures[0].value, found.figures[0].target) == (1, 2)


def test_where_a_page_was_not_followed_nothing_is_known() -> None:
    found = ASPECTS["continuity/recovery"].judge(RECORD, NOW)
    assert (found.state, found.reason) == (State.BLIND, "the page continuity was not followed")


def test_one_that_was_broken_off_has_carried_out_nothing() -> None:
    for each in ASPECTS.values():
        found = each.judge(replace(FOLLOWING, broken_off="a real fire"), NOW)
        assert found.state is State.BROKEN
