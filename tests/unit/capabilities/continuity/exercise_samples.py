"""Records of a drill and of a table-top that went well, which tests spoil."""

from __future__ import annotations

from dataclasses import replace

from seatrial.contract.checklist import (
    CHECKLISTS,
    COMMUNICATION,
    CONTINUITY,
    RUNS,
    Line,
    told_after,
    told_on,
    typed,
)
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import Planned, Record, Rung, Said, Shown
from seatrial.contract.scenario import Figure

NOW = 1_795_800_000.0
DAY = 86400.0
RTO = Figure(name="no write", value=7.7, unit="s", target=14400.0, bound="<=")


def shown(
    expectation: str,
    scenario: str,
    requirements: tuple[str, ...],
    started: float,
    *,
    verdict: Verdict = Verdict.PROVEN,
    figures: tuple[Figure, ...] = (),
) -> Shown:
    return Shown(
        evidence=f"evidence of {expectation}",
        expectation=expectation,
        scenario=scenario,
        requirements=requirements,
        verdict=verdict,
        reason="seen",
        started=started,
        finished=started + 10.0,
        figures=figures,
    )


PLANNED = Planned(
    name="recovery",
    rung=Rung.DRILL,
    takes_part=("data", "web"),
    informs=("customers",),
    scenarios=("primary-crash-database",),
    begin="exercise-recovery-begin",
    end="exercise-recovery-end",
)
RECORD = Record(
    id="a" * 32,
    planned=PLANNED,
    rests={"exercise:x": "d" * 64},
    begun=NOW - 100.0,
    by="ada",
    ended=NOW,
    present=("data", "web"),
    shown=(
        shown("called/x", PLANNED.begin, ("R22.2",), NOW - 100),
        shown("told/x", PLANNED.begin, ("R22.3",), NOW - 100),
        shown("resumed/x", "primary-crash-database", ("R21.3", "S5"), NOW - 60, figures=(RTO,)),
        shown("kept/x", "primary-crash-database", ("R21.2", "S5"), NOW - 60),
        shown("told/y", PLANNED.end, ("R22.3",), NOW - 20),
    ),
    decisions=(Said(at=NOW - 50, by="ada", text="we wait"),),
    ill=(),
)
TABLE_TOP = Record(
    id="b" * 32,
    planned=Planned(
        name="table-top",
        rung=Rung.TABLE_TOP,
        takes_part=("data",),
        informs=(),
        cards=("lost-database",),
    ),
    rests={"exercise:x": "d" * 64},
    begun=NOW - 100.0,
    by="ada",
    ended=NOW,
    present=("data",),
    answers=(Said(at=NOW - 50, by="ada", text="we page data", card="lost-database"),),
)


BACK = Line(
    name="back/database",
    page=CONTINUITY,
    text="1. database is back",
    shown_by=("resumed/x",),
    took="no write",
)
LEDGER = Line(name="back/ledger", page=CONTINUITY, text="2. ledger is back")
TOLD = Line(
    name="tell/customers/begin",
    page=COMMUNICATION,
    text="customers are told",
    shown_by=("told/x",),
    needs=(told_after("customers"), told_on("customers")),
    ended=told_after("customers"),
    by_hand=False,
)
TYPED = Line(
    name="switch/2",
    page=CHECKLISTS,
    text="Do it: it is done",
    shown_by=("followed/switch",),
    needs=(typed(2),),
    began=typed(1),
    ended=typed(2),
)
RUN = Line(name="valid/runs", page=CHECKLISTS, text="all runs", shown_by=(RUNS,), by_hand=False)
DATA = Line(name="valid/data/x", page=CHECKLISTS, text="no data is lost")


def seconds(name: str, value: float) -> Figure:
    return Figure(name=name, value=value, unit="s")


def channels(count: int) -> Figure:
    return Figure(name=told_on("customers"), value=count, unit="", target=2, bound="==")


NOTICE = replace(
    shown("told/x", PLANNED.begin, ("R22.3",), NOW - 100),
    figures=(seconds(told_after("customers"), 1.5), channels(2)),
    acted=NOW - 98.0,
)
FOLLOWED = replace(
    shown("followed/switch", "follow-switch", ("R18.2",), NOW - 60),
    figures=(seconds(typed(0), 2.0), seconds(typed(1), 3.0), seconds(typed(2), 8.0)),
    acted=NOW - 58.0,
)
FOLLOWING = replace(
    RECORD,
    planned=replace(PLANNED, lines=(BACK, LEDGER, TOLD, TYPED, RUN, DATA)),
    shown=(NOTICE, *(each for each in RECORD.shown if each.expectation != "told/x"), FOLLOWED),
    ticks=(
        Said(at=NOW - 30, by="ada", text="it answers", card="back/ledger"),
        Said(at=NOW - 20, by="bob", text="I counted", card="valid/data/x"),
    ),
    looked=NOW - 5.0,
)
