"""The lines of plans and checklists: who is told how, what is brought back, what is typed."""

from __future__ import annotations

from dataclasses import replace

from seatrial.capabilities.recovery_docs.lines import lines
from seatrial.contract.checklist import BEGIN, END, RUNS, Line, told_after, typed
from seatrial.contract.declaration import Audience, Recovery
from seatrial.contract.procedure import Kind, Procedure, Rehearsal, Step
from seatrial.system.model import System

SYSTEM = {
    "system": "shop",
    "teams": {"web": {"chat": "#web"}},
    "services": {"api": {"owner": "web", "run": "sleep 9", "needs": ["orders"]}},
    "stores": {
        "orders": {"engine": "postgres", "version": "15", "owner": "web"},
        "cache": {"engine": "redis", "version": "7", "owner": "web", "durable": False},
    },
}
RESTORE = Procedure(
    name="restore-orders",
    kind=Kind.RECOVERY,
    subject="orders",
    owner="web",
    purpose="orders as they were",
    facts=(),
    blanks=(),
    steps=(Step(does="Do it", argv=("seatrial", "restore"), expects="An address", shows="at"),),
    lacks="",
    depends=(),
    expectation="followed/restore-orders",
)
REGULATOR = Audience(name="regulator", email="dpa@authority.example", within=259200.0)
WAY = Recovery(subject="orders", means="restored", expectation="exact/x", figure="restored in")
FOLLOWED = replace(
    RESTORE, rehearsal=Rehearsal(workload="x", blanks=(), radius=frozenset(), steady=())
)


def found(*, rehearsed: bool = True) -> dict[str, Line]:
    procedure = FOLLOWED if rehearsed else RESTORE
    every = lines(System.model_validate(SYSTEM), (procedure,), (REGULATOR,), (WAY,))
    assert len({each.name for each in every}) == len(every)
    return {each.name: each for each in every}


def test_each_part_comes_back_in_its_turn_by_its_page_and_is_shown_by_what_measures_it() -> None:
    back = {name: each for name, each in found().items() if name.startswith("back/")}
    assert list(back) == ["back/orders", "back/cache", "back/api"]
    assert back["back/orders"].text == "1. orders is back, by the page restore-orders"
    assert back["back/orders"].shown_by == ("exact/x",)
    assert back["back/orders"].took == "restored in"
    assert (back["back/api"].text, back["back/api"].shown_by) == ("2. api is back", ())


def test_an_audience_is_told_at_both_ends_within_its_time_and_never_by_hand() -> None:
    for end, stage in (("begin", BEGIN), ("end", END)):
        one = found()[f"tell/regulator/{end}"]
        assert "within 3 days, by dpa@authority.example" in one.text
        assert one.shown_by == (f"told/{stage}",)
        assert told_after("regulator") in one.needs
        assert not one.by_hand


def test_a_team_is_called_by_the_exercise_and_the_neighbours_are_told_by_people() -> None:
    team, needs = found()["call/web"], found()["needs"]
    assert (team.shown_by, team.by_hand) == ((f"called/{BEGIN}",), False)
    assert (needs.shown_by, needs.by_hand) == ((), True)


def test_the_steps_of_a_page_are_shown_one_by_one_where_a_drill_types_them() -> None:
    one = found()["restore-orders/1"]
    assert one.text == "Do it: An address"
    assert (one.needs, one.began, one.ended) == ((typed(1),), typed(0), typed(1))
    whole = found(rehearsed=False)["restore-orders/1"]
    assert (whole.needs, whole.ended, whole.shown_by) == ((), "", ("followed/restore-orders",))


def test_in_the_end_all_runs_by_what_is_seen_and_durable_data_is_whole() -> None:
    assert found()["valid/runs"].shown_by == (RUNS,)
    assert "valid/data/orders" in found()
    assert "valid/data/cache" not in found()  # its data may be lost
