"""What a timeline must show of the logs: met, broken, blind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from seatrial.capabilities.logs import judges, lines
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

REPLICAS = (("api", 0), ("api", 1))
FORM = lines.Form(name="json", line="", fields={"level": "warn"})


def step(name: str, at: float = 0.0) -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name)


def line(service: str, text: str, at: float = 1.0, **fields: str) -> Observation:
    labels = {"service": service, "_msg": text, **fields}
    return Observation(
        at=at, source="stored lines", kind="line", subject=service, text=text, labels=labels
    )


def found(replica: int, took: float) -> Observation:
    return line("api", lines.FOUND, at=10 + took, replica=str(replica), written="10.0")


def judged(judge: Judge, seen: Iterable[Observation], *, over: bool = True) -> Judgement:
    return judge(Timeline().adding((step("inject"), *seen)), 60.0, over)


def refused(at: float) -> Observation:
    return Observation(at=at, source="stored lines", kind="unreachable", subject="victorialogs")


def test_a_line_of_each_replica_in_time_is_met_with_the_slowest() -> None:
    told = judged(judges.found(REPLICAS), (found(0, 0.5), found(1, 2.25)))
    assert told.state is State.MET
    assert {each.name: each.value for each in told.figures} == {
        "replicas whose line was found": 2,
        "slowest from writing to found": 2.25,
    }


def test_a_replica_without_a_line_is_named() -> None:
    seen = (found(0, 0.5),)
    assert judged(judges.found(REPLICAS), seen, over=False).state is State.PENDING
    told = judged(judges.found(REPLICAS), seen)
    assert told.state is State.BROKEN
    assert "api (replica 1)" in told.reason


def test_a_late_line_is_broken() -> None:
    told = judged(judges.found(REPLICAS), (found(0, 0.5), found(1, judges.WITHIN + 0.1)))
    assert told.state is State.BROKEN
    assert "late" in told.reason


def test_a_store_that_cannot_be_asked_leaves_it_unknown() -> None:
    told = judged(judges.found(REPLICAS), (found(0, 0.5), refused(30.0)))
    assert told.state is State.BLIND
    told = judged(judges.found(REPLICAS), (refused(3.0), found(0, 0.5)))
    assert told.state is State.BROKEN


def test_nothing_is_judged_before_anything_was_written() -> None:
    for judge in (judges.found(REPLICAS), judges.masked(ALL), judges.read((FORM,))):
        assert judge(Timeline(), 0.0, False).state is State.PENDING  # noqa: FBT003 - Judge


ALL = tuple(lines.SECRETS)


def planted(**fields: str) -> tuple[Observation, ...]:
    """Every line with secrets, masked; the first has these fields besides."""
    first, *others = (line("api", f"{lines.PLANTED} {each}") for each in range(COUNT))
    return (line("api", first.text, **{"run": lines.NO_CARD, **fields}), *others)


COUNT = len(lines.planted())


def test_secrets_that_are_not_there_are_met_and_in_any_field_broken() -> None:
    judge = judges.masked(ALL)
    assert judged(judge, planted(card="***")).state is State.MET
    told = judged(judge, planted(card="***", other=f"x {lines.TOKEN}"))
    assert told.state is State.BROKEN
    assert told.reason.startswith("tokens ")


def test_addresses_may_be_left_as_they_are() -> None:
    kinds = tuple(each for each in ALL if each != "addresses")
    assert judged(judges.masked(kinds), planted(mail=lines.ADDRESS)).state is State.MET


@pytest.mark.parametrize("kinds", [(), ("cards",), ("cards", "passwords", "addresses")])
def test_what_the_file_leaves_in_clear_is_not_shown_to_be_masked(kinds: tuple[str, ...]) -> None:
    told = judged(judges.masked(kinds), planted())
    assert told.state is State.BLIND
    assert "tokens" in told.reason


def test_a_number_that_is_no_card_must_survive() -> None:
    told = judged(judges.masked(ALL), planted(run="***"))
    assert told.state is State.BROKEN
    assert "no card" in told.reason


def test_without_each_of_the_lines_nothing_was_masked() -> None:
    assert judged(judges.masked(ALL), ()).state is State.BROKEN
    told = judged(judges.masked(ALL), planted()[:-1])
    assert told.state is State.BROKEN
    assert f"{COUNT - 1} were found" in told.reason


def test_a_form_is_read_by_its_fields() -> None:
    judge = judges.read((FORM,))
    text = f"{lines.MARK} json"
    assert judged(judge, (line("api", text, form="json", level="warn"),)).state is State.MET
    told = judged(judge, (line("api", text, form="json", level="info"),))
    assert (told.state, told.reason) == (State.BROKEN, "json: level not read")
    told = judged(judge, (line("api", text, level="warn"),))
    assert (told.state, told.reason) == (State.BROKEN, "json: no line was read as this")


def counted(lines_: float, different: float, at: float = 5.0) -> tuple[Observation, ...]:
    pairs = ((judges.COUNTED, lines_), (judges.DIFFERENT, different))
    return tuple(
        Observation(at=at, source="stored burst", kind="sample", subject=name, value=value)
        for name, value in pairs
    )


def test_of_a_burst_nothing_may_be_lost_and_what_is_twice_is_counted() -> None:
    judge = judges.kept(100)
    assert judged(judge, counted(100, 100)).state is State.PENDING  # it is still being written
    told = judged(judge, (step("undo", 2.0), *counted(110, 100)))
    assert told.state is State.MET
    assert {each.name: each.value for each in told.figures}["lines stored twice"] == 10
    told = judged(judge, (step("undo", 2.0), *counted(99, 99)))
    assert told.state is State.BROKEN
    assert "1 of 100" in told.reason
    assert judged(judge, (step("undo", 2.0), *counted(9, 9)), over=False).state is State.PENDING
    assert judged(judge, (step("undo", 2.0), refused(9.0))).state is State.BLIND
    assert judged(judge, (step("undo", 2.0),)).state is State.BROKEN


def of_audit(text: str) -> Observation:
    return Observation(at=1.0, source=judges.AUDITED, kind="line", subject="api", text=text)


def test_audit_lines_and_no_others_must_be_in_their_store() -> None:
    judge = judges.audited(2)
    both = (of_audit(f"{lines.AUDIT} a"), of_audit(f"{lines.AUDIT} b"))
    assert judged(judge, both).state is State.MET
    assert judged(judge, both[:1], over=False).state is State.PENDING
    told = judged(judge, (both[0], line("api", f"{lines.AUDIT} b")))  # that is the other store
    assert (told.state, told.reason) == (
        State.BROKEN,
        "1 of 2 audit lines are not in their store",
    )
    told = judged(judge, (*both, of_audit(lines.FOUND)))
    assert told.state is State.BROKEN
    assert lines.FOUND in told.reason


def test_a_refused_login_must_be_in_the_store_of_the_audit() -> None:
    judge = judges.refused(("/api/runs",))
    row = replace(of_audit("request"), labels={"path": "/api/runs", "status": "401"})
    told = judged(judge, (row,))
    assert (told.state, told.figures[0].value) == (State.MET, 1)
    other = replace(row, labels={"path": "/other", "status": "401"})
    assert judged(judge, (other,)).state is State.BROKEN
    assert judged(judge, (replace(row, source=judges.ROWS),)).state is State.BROKEN
    assert judged(judge, (), over=False).state is State.PENDING
    assert judged(judge, (refused(30.0),)).state is State.BLIND
    assert judge(Timeline(), 0.0, False).state is State.PENDING  # noqa: FBT003 - Judge
