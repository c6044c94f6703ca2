"""What a drill's timeline says of traces: whole, kept, and who is blamed."""

from __future__ import annotations

from seatrial.capabilities.tracing import judges, watches
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

REQUIRED = frozenset({"gateway", "api", "worker"})
JUDGE = judges.whole("buy", REQUIRED, frozenset({"gateway"}))


def _run(trace: str, end: float, at: float, text: str, named: str = "gateway") -> Observation:
    return Observation(
        at=at,
        source="jaeger",
        kind=watches.RUN,
        subject="buy",
        id=f"{trace} {text}",
        value=end,
        text=text,
        labels={"trace": trace, "named": named, "outcome": "ok"},
    )


def _timeline(*seen: Observation) -> Timeline:
    return Timeline().adding(seen)


def _step(name: str, at: float, text: str = "") -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name, text=text)


def _state(timeline: Timeline, now: float = 100.0, *, over: bool = False) -> State:
    return JUDGE(timeline, now, over).state


WHOLE = tuple(_run(str(n), 10.0 + n, 17.0 + n, "api prober worker") for n in range(3))


def test_three_whole_runs_are_enough() -> None:
    found = JUDGE(_timeline(*WHOLE), 30.0, False)  # noqa: FBT003
    assert found.state is State.MET
    assert [each.value for each in found.figures] == [3, 0, 7.0]


def test_two_are_not_yet() -> None:
    assert _state(_timeline(*WHOLE[:2])) is State.PENDING
    assert _state(_timeline(*WHOLE[:2]), over=True) is State.BROKEN


def test_a_run_that_lacks_a_service_for_good_is_torn() -> None:
    torn = [_run(f"x{n}", 10.0, 20.0, "api prober") for n in range(3)]
    found = JUDGE(_timeline(*WHOLE, *torn), 30.0, False)  # noqa: FBT003
    assert found.state is State.BROKEN
    assert "nothing of worker" in found.reason


def test_a_run_whose_spans_are_still_on_their_way_is_not_torn() -> None:
    late = _run("late", 29.0, 30.0, "prober")
    assert _state(_timeline(*WHOLE, late), now=30.0) is State.MET


def test_a_run_that_becomes_whole_counts_from_then() -> None:
    early = _run("0", 10.0, 12.0, "prober")
    assert _state(_timeline(early, *WHOLE)) is State.MET


def test_who_makes_no_spans_must_have_been_called() -> None:
    unasked = [_run(f"n{n}", 10.0, 20.0, "api prober worker", named="") for n in range(3)]
    assert _state(_timeline(*unasked)) is State.BROKEN


def test_traces_that_come_too_late_are_no_proof() -> None:
    slow = [_run(f"s{n}", 10.0, 27.0, "api prober worker") for n in range(3)]
    assert _state(_timeline(*slow)) is State.BROKEN


def test_runs_that_failed_say_nothing_of_tracing() -> None:
    failed = [
        Observation(
            at=20.0,
            source="jaeger",
            kind=watches.RUN,
            subject="buy",
            id=str(n),
            value=10.0,
            labels={"trace": str(n), "named": "", "outcome": "failed"},
        )
        for n in range(5)
    ]
    assert _state(_timeline(*failed)) is State.PENDING


def test_nobody_could_look() -> None:
    lost = Observation(at=1.0, source="traces of buy", kind="unreachable", subject="jaeger")
    assert _state(_timeline(lost), over=True) is State.BLIND


def _kept(at: float, text: str) -> Observation:
    return Observation(at=at, source="jaeger", kind=watches.KEPT, subject="traces", text=text)


KILL = (_step("inject", 20.0, "Crash jaeger"), _step("recovered", 25.0))


def test_every_trace_must_survive() -> None:
    judge = judges.survived("Crash jaeger")
    kept = _timeline(*KILL, _kept(18.0, "a b"), _kept(30.0, "a b c"))
    lost = _timeline(*KILL, _kept(18.0, "a b"), _kept(30.0, "b c"))
    assert judge(kept, 31.0, True).state is State.MET  # noqa: FBT003
    found = judge(lost, 31.0, True)  # noqa: FBT003
    assert (found.state, found.reason) == (State.BROKEN, "1 of 2 traces are gone: a")


def test_nothing_to_lose_proves_nothing() -> None:
    judge = judges.survived("Crash jaeger")
    assert judge(_timeline(*KILL, _kept(30.0, "a")), 31.0, True).state is State.BLIND  # noqa: FBT003
    assert judge(_timeline(*KILL, _kept(18.0, "a")), 31.0, True).state is State.BLIND  # noqa: FBT003
    assert judge(_timeline(_kept(18.0, "a")), 19.0, False).state is State.PENDING  # noqa: FBT003


def _fault(at: float, caller: str, peer: str, began: float) -> Observation:
    return Observation(
        at=at,
        source="jaeger",
        kind=watches.FAULT,
        subject=caller,
        id=f"{at}",
        value=began,
        text=peer,
        labels={"trace": "t", "operation": "SELECT"},
    )


def test_a_failed_call_names_what_is_struck() -> None:
    judge = judges.blamed("database", frozenset({"api"}), 60.0)
    struck = _step("inject", 10.0)
    right = _timeline(struck, _fault(21.0, "api", "database", 12.0))
    found = judge(right, 22.0, False)  # noqa: FBT003
    assert found.state is State.MET
    assert found.figures[0].value == 11.0
    for wrong in (
        _fault(21.0, "api", "cache", 12.0),
        _fault(21.0, "worker", "database", 12.0),
        _fault(21.0, "api", "database", 5.0),  # from before the fault
    ):
        assert judge(_timeline(struck, wrong), 22.0, True).state is State.BROKEN  # noqa: FBT003
    late = _timeline(struck, _fault(99.0, "api", "database", 12.0))
    assert judge(late, 100.0, True).state is State.BROKEN  # noqa: FBT003


def test_nobody_waits_for_a_failed_call_that_would_come_too_late() -> None:
    judge = judges.blamed("database", frozenset({"api"}), 60.0)
    struck = _timeline(_step("inject", 10.0), _fault(21.0, "api", "cache", 12.0))
    assert judge(struck, 69.0, False).state is State.PENDING  # noqa: FBT003
    assert judge(struck, 71.0, False).state is State.BROKEN  # noqa: FBT003
