"""Whether a page was followed to its end, and what is said of it where it was not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from seatrial.capabilities.recovery_docs.judges import followed
from seatrial.contract.action import FOLLOWED, PRINTED
from seatrial.contract.checklist import typed
from seatrial.contract.procedure import DURATION, Kind, Procedure, Rehearsal, Step
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline

REHEARSAL = Rehearsal(
    workload="orders-backups", blanks=(), radius=frozenset(), steady=(), busy="is being done since"
)
PROCEDURE = Procedure(
    name="restore-orders",
    kind=Kind.RECOVERY,
    subject="orders",
    owner="data",
    purpose="orders as they were",
    facts=(),
    blanks=(),
    steps=(
        Step(does="Look", argv=("seatrial", "backup"), expects="One", shows="orders"),
        Step(does="Do", argv=("seatrial", "restore"), expects="It", shows="the copy answers"),
    ),
    lacks="",
    depends=(),
    expectation="followed/restore-orders",
    rehearsal=REHEARSAL,
)
SAID = ("pages", "orders 1", "the copy answers at x")


def ran(number: int, status: int = 0, said: str | None = None) -> Observation:
    told = {"command": f"c{number}", "seconds": 2.0, "said": SAID[number] if said is None else said}
    return Observation(
        at=10.0 + number,
        source="page",
        kind=FOLLOWED,
        subject=PROCEDURE.name,
        value=status,
        text=json.dumps(told),
        labels={"number": str(number)},
    )


def printed(count: int = 2) -> Observation:
    return Observation(
        at=10.5, source="page", kind=PRINTED, subject=PROCEDURE.name, value=count, text="x"
    )


STARTED = Observation(at=8.0, source="drill", kind="step", subject="inject")


def judged(*seen: Observation, rto: float | None = 100.0, over: bool = True) -> Judgement:
    return followed(PROCEDURE, REHEARSAL, rto)(Timeline().adding(seen), 20.0, over)


WELL = (ran(0), printed(), ran(1), ran(2))


def test_all_commands_as_told_are_met_and_timed_without_the_making_of_the_page() -> None:
    found = judged(*WELL)
    assert found.state is State.MET
    assert {each.name: each.value for each in found.figures}[DURATION] == 4.0


@pytest.mark.parametrize(
    ("last", "ends"),
    [(ran(2), {0: 2.0, 1: 3.0, 2: 4.0}), (ran(2, 1), {0: 2.0, 1: 3.0})],
)
def test_each_command_that_did_as_told_says_when_it_had_ended(
    last: Observation, ends: dict[int, float]
) -> None:
    found = {each.name: each.value for each in judged(STARTED, *WELL[:3], last).figures}
    expected = {typed(number): after for number, after in ends.items()}
    assert {name: after for name, after in found.items() if "ended after" in name} == expected


@pytest.mark.parametrize(
    ("seen", "state", "told"),
    [
        ((), State.BLIND, "no page was followed"),
        ((ran(0, 1),), State.BROKEN, "`c0` ended with 1: pages"),
        ((ran(0, 3),), State.BLIND, "`c0` ended with 3"),
        ((ran(0), printed(), ran(1, 2, "Error: no command")), State.BROKEN, "no command"),
        ((ran(0), printed(), ran(1, 127, "no such file")), State.BROKEN, "127"),
        ((ran(0), printed(), ran(1, 124)), State.BLIND, "124"),
        ((ran(0), printed(), ran(1), ran(2, 130)), State.BLIND, "130"),
        (
            (ran(0), printed(), ran(1), ran(2, 2, "a backup is being done since 3 s")),
            State.BLIND,
            "2",
        ),
        ((ran(0), printed(), ran(1), ran(2, 0, "nothing")), State.BROKEN, "'the copy answers'"),
        ((ran(0), printed(1), ran(1)), State.BROKEN, "of 2 commands 1 stand on the page"),
        ((ran(0), printed(0)), State.BROKEN, "of 2 commands 0 stand on the page"),
        ((ran(0), printed(2), ran(1)), State.BROKEN, "1 were run"),
        ((ran(0), ran(1), ran(2)), State.BROKEN, "of 2 commands 0 stand on the page"),
    ],
)
def test_what_is_not_so_is_broken_and_what_could_not_be_seen_is_unknown(
    seen: tuple[Observation, ...], state: State, told: str
) -> None:
    found = judged(*seen)
    assert found.state is state
    assert told in found.reason


def test_longer_than_the_rto_is_broken() -> None:
    assert judged(*WELL, rto=3.9).state is State.BROKEN
    assert judged(*WELL, rto=4.0).state is State.MET
    assert judged(*WELL, rto=None).state is State.MET


def test_before_anything_was_run_it_is_pending() -> None:
    assert judged(over=False).state is State.PENDING


def test_another_page_says_nothing_of_this_one() -> None:
    assert judged(*(replace(each, subject="other") for each in WELL)).state is State.BLIND
