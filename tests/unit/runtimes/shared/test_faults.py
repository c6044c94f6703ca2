"""What outlives the processes is undone by whoever can still, or again, be asked."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from seatrial.contract.action import Action, Kill, Request
from seatrial.contract.runtime import RuntimeFailure, StillInjected
from seatrial.contract.timeline import Observation
from seatrial.runtimes.shared import requests
from seatrial.runtimes.shared.faults import SEEN, Carrier, Faults, Undo, lasting, unsure

TAKE_BACK = Request(workload="api", port="http", method="DELETE", path="/silence/1")
SILENCE = Request(workload="api", port="http", method="POST", path="/silences", undo=TAKE_BACK)
KILL = Kill(workload="api")


@dataclass
class Stage:
    """Remembers what was undone; whom nobody answers for raises."""

    deaf: Exception | None = None
    undone: list[str] = field(default_factory=list)

    def carrier(self) -> Carrier:
        def plan(action: Action) -> Undo:
            if isinstance(action, Request):
                return requests.plan(action)
            return {"kind": "release", "workload": "api", "replica": None}

        def undo(entry: Undo) -> None:
            if self.deaf is not None and entry["kind"] == "request":
                raise self.deaf
            self.undone.append(entry["kind"])

        return Carrier(plan=plan, act=lambda _action, planned: planned, undo=undo)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def faults(tmp_path: Path, stage: Stage) -> Faults:
    """A killed service and a silence are in place."""
    found = Faults(tmp_path / "journal.jsonl")
    for action in (KILL, SILENCE):
        found.inject(action, stage.carrier())
    return found


def never() -> Carrier:
    raise AssertionError("nobody need be asked")


def test_only_a_request_that_something_undoes_lasts() -> None:
    assert lasting(requests.plan(SILENCE))
    assert not lasting(requests.plan(TAKE_BACK))
    assert not lasting({"kind": "release"})
    assert lasting({"kind": "follow", "undo": "seatrial restore orders --remove own"})
    assert not lasting({"kind": "follow", "undo": ""})


def test_what_an_act_has_seen_is_told_and_not_journalled(tmp_path: Path, stage: Stage) -> None:
    seen = (Observation(at=1.0, source="page", kind="followed", subject="restore"),)
    carrier = replace(stage.carrier(), act=lambda _action, planned: {**planned, SEEN: seen})
    found = Faults(tmp_path / "journal.jsonl")
    injected = found.inject(KILL, carrier)
    assert injected.seen == seen
    assert "followed" not in (tmp_path / "journal.jsonl").read_text()
    assert SEEN not in (found.journal.find(injected.id) or {})


def test_while_nothing_runs_what_lasts_stays_journalled_until_somebody_can_be_asked(
    faults: Faults, stage: Stage
) -> None:
    kept, gone = faults.undo_all(None)
    assert "next `up`" in kept
    assert "nothing is left of it" in gone
    assert faults.kept() == (faults.journal.path,)
    assert faults.undo_all(stage.carrier()) == ("Request api POST /silences: undone",)
    assert stage.undone == ["request"]
    assert faults.kept() == ()


def test_what_a_command_left_is_taken_back_before_its_workload_is_ready(
    tmp_path: Path, stage: Stage
) -> None:
    """It may be what keeps it from being ready; what cannot be done yet stays journalled."""
    command = {"kind": "command", "workload": "members", "replica": 0, "undo": ["rmdir", "lock"]}
    found, said = Faults(tmp_path / "journal.jsonl"), []

    def carrier() -> Carrier:
        def undo(entry: Undo) -> None:
            if stage.deaf is not None:
                raise stage.deaf
            stage.undone.append(entry["kind"])

        return replace(stage.carrier(), plan=lambda _action: command, undo=undo)

    found.inject(KILL, carrier())
    found.begun("another", never, said.append)
    stage.deaf = RuntimeFailure("it takes no connections yet")
    found.begun("members", carrier, said.append)
    assert (said, stage.undone, len(found.journal.pending())) == ([], [], 1)
    stage.deaf = None
    found.begun("members", carrier, said.append)
    assert [each.detail for each in said] == ["Kill api: undone"]
    assert (stage.undone, found.journal.pending()) == (["command"], [])


def test_going_down_undoes_what_lasts_and_leaves_the_rest_to_the_end_of_the_processes(
    faults: Faults, stage: Stage
) -> None:
    assert faults.before_down(stage.carrier) == ("Request api POST /silences: undone",)
    assert stage.undone == ["request"]
    assert faults.kept() == ()


@pytest.mark.parametrize(
    "deaf", [RuntimeFailure("api does not answer"), ValueError("not JSON")], ids=["deaf", "garbled"]
)
def test_who_does_not_answer_is_no_reason_to_stay_up(
    faults: Faults, stage: Stage, deaf: Exception
) -> None:
    stage.deaf = deaf
    (said,) = faults.before_down(stage.carrier)
    assert "next `up` undoes it" in said
    assert faults.kept() == (faults.journal.path,)
    stage.deaf = None
    assert faults.undo_all(stage.carrier())[0] == "Request api POST /silences: undone"


@pytest.mark.parametrize("actions", [(), (KILL,)], ids=["nothing", "kill"])
def test_nobody_is_asked_when_nothing_lasts(
    tmp_path: Path, stage: Stage, actions: tuple[Action, ...]
) -> None:
    found = Faults(tmp_path / "other.jsonl")
    for action in actions:
        found.inject(action, stage.carrier())
    asked: Callable[[], Carrier] = never
    assert found.before_down(asked) == ()
    assert found.kept() == ()


def test_of_one_that_is_still_there_only_what_is_chosen_is_undone(
    faults: Faults, stage: Stage
) -> None:
    faults.undo_all(stage.carrier(), lambda entry: not lasting(entry))
    assert stage.undone == ["release"]
    assert len(faults.kept()) == 1


@pytest.mark.parametrize("deaf", [True, False])
def test_an_act_that_fails_is_undone_else_it_says_that_something_is_left(
    tmp_path: Path, *, deaf: bool
) -> None:
    def fail(*_told: object) -> Undo:
        raise RuntimeFailure("the engine is gone", "start it")

    found = Faults(tmp_path / "journal.jsonl")
    undo = fail if deaf else (lambda _entry: None)
    carrier = Carrier(plan=Stage().carrier().plan, act=fail, undo=undo)
    with pytest.raises(RuntimeFailure, match="the engine is gone") as caught:
        found.inject(KILL, carrier)
    assert isinstance(caught.value, StillInjected) is deaf
    assert [each for each, *_ in found.journal.pending()] == (
        [caught.value.id] if isinstance(caught.value, StillInjected) else []
    )
    assert caught.value.cure == "start it"


def test_only_who_saw_an_act_end_is_sure_of_it(tmp_path: Path, stage: Stage) -> None:
    told: list[bool] = []
    carrier = replace(stage.carrier(), undo=lambda entry: told.append(unsure(entry)))
    own = Faults(tmp_path / "journal.jsonl")
    own.undo(own.inject(KILL, carrier).id, carrier)
    own.inject(KILL, carrier)
    own.undo_all(carrier)
    own.inject(KILL, carrier)
    Faults(tmp_path / "journal.jsonl").undo_all(carrier)  # as after a kill -9
    assert told == [False, False, True]


def test_who_is_broken_off_while_it_acts_is_not_sure(tmp_path: Path, stage: Stage) -> None:
    told: list[bool] = []

    def broken(_action: Action, _undo: Undo) -> Undo:
        raise KeyboardInterrupt

    carrier = replace(stage.carrier(), act=broken, undo=lambda entry: told.append(unsure(entry)))
    with pytest.raises(KeyboardInterrupt):
        Faults(tmp_path / "journal.jsonl").inject(KILL, carrier)
    assert told == [True]
