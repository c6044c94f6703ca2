"""The runtime in memory keeps the contract of faults that drills rest on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seatrial.contract.action import Crash, CutEdge, Kill, Pause, Request
from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Link, Seat
from seatrial.contract.runtime import Answer, Change, Desired, Phase, Runtime, RuntimeFailure
from seatrial.runtimes.memory import Asked, MemoryRuntime

API = Workload(name="api", origin=Origin.SERVICE, argv=("api",), replicas=2)
DATABASE = Workload(name="database", origin=Origin.STORE, argv=("postgres",))
SEATS = (
    Seat(workload="api", ports={"http": 8000}, replicas=2),
    Seat(workload="database", ports={"sql": 5432}),
)


class Answers:
    """Remembers what it was asked."""

    def __init__(self, status: int = 200) -> None:
        self.asked: list[Asked] = []
        self.status = status

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(status=self.status, body=b"{}")


def desired(runtime: Runtime, *workloads: Workload) -> Desired:
    return Desired(system="shop", root="", placement=runtime.place(SEATS, ()), workloads=workloads)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def runtime(answers: Answers) -> MemoryRuntime:
    found = MemoryRuntime(clock=lambda: 7.0, answer=answers)
    found.apply(desired(found, API, DATABASE), lambda _: None)
    return found


def phases(runtime: MemoryRuntime) -> dict[tuple[str, int], Phase]:
    return {(each.workload, each.replica): each.phase for each in runtime.status()}


def test_places_are_apart_and_edges_lead_to_every_replica(runtime: MemoryRuntime) -> None:
    many = (*SEATS, *(Seat(workload=f"s{n}", ports={"http": 1}) for n in range(600)))
    found = runtime.place(many, (Link(source="gateway", target="api", port="http"),))
    addresses = [each.address for each in found.locations]
    addresses += [each.listen.host for each in found.edges]
    assert len(addresses) == len(set(addresses)) == 605
    assert [each.replica for each in found.edges] == [0, 1]
    assert found.via("gateway", "api", "http") == tuple(each.listen for each in found.edges)
    assert runtime.place(many, ()) == runtime.place(many, ())


def test_apply_does_only_what_changed(runtime: MemoryRuntime) -> None:
    newer = replace(API, argv=("api", "--new"))
    cache = replace(DATABASE, name="cache")
    plan = {each.workload: each.change for each in runtime.diff(desired(runtime, newer, cache))}
    assert plan == {"api": Change.RESTART, "cache": Change.START, "database": Change.REMOVE}
    runtime.apply(desired(runtime, newer, cache), lambda _: None)
    again = runtime.diff(desired(runtime, newer, cache))
    assert {each.change for each in again} == {Change.KEEP}


def test_faults_show_and_end(runtime: MemoryRuntime) -> None:
    one = runtime.inject(Pause(workload="api", replica=1))
    assert phases(runtime)["api", 0] is Phase.READY
    assert phases(runtime)["api", 1] is Phase.PAUSED
    both = runtime.inject(Kill(workload="api"))
    assert {phases(runtime)["api", n] for n in (0, 1)} == {Phase.HELD}
    assert one.at == 7.0
    runtime.undo(both.id)
    runtime.undo(both.id)  # harmless
    assert phases(runtime)["api", 1] is Phase.PAUSED
    assert runtime.undo_all() == ("undid Pause",)
    assert set(phases(runtime).values()) == {Phase.READY}
    assert runtime.undo_all() == ()


def test_what_is_down_cannot_be_asked(runtime: MemoryRuntime, answers: Answers) -> None:
    assert runtime.request("GET", "api", "http", "/").status == 200
    fault = runtime.inject(Kill(workload="api"))
    with pytest.raises(RuntimeFailure, match="api does not answer: it is held"):
        runtime.request("GET", "api", "http", "/")
    runtime.undo(fault.id)
    runtime.stop("api")
    with pytest.raises(RuntimeFailure, match="absent"):
        runtime.request("GET", "api", "http", "/")
    runtime.start("api")
    runtime.request("GET", "api", "http", "/")
    assert len(answers.asked) == 2


def test_a_request_is_sent_and_undone_once(runtime: MemoryRuntime, answers: Answers) -> None:
    back = Request(workload="api", port="http", method="DELETE", path="/deaf")
    fault = runtime.inject(
        Request(workload="api", port="http", method="POST", path="/deaf", body="{}", undo=back)
    )
    runtime.undo(fault.id)
    runtime.undo(fault.id)
    assert [each.method for each in answers.asked] == ["POST", "DELETE"]


def test_a_refused_request_is_a_failure_and_no_fault(
    runtime: MemoryRuntime, answers: Answers
) -> None:
    answers.status = 400
    with pytest.raises(RuntimeFailure, match="answered 400"):
        runtime.inject(Request(workload="api", port="http", method="POST", path="/deaf"))
    assert runtime.injected() == ()


def test_what_is_not_there_cannot_be_broken(runtime: MemoryRuntime) -> None:
    with pytest.raises(RuntimeFailure, match="no workload ghost"):
        runtime.inject(Crash(workload="ghost"))
    runtime.inject(CutEdge(source="gateway", target="api"))
    runtime.down(purge=True, progress=lambda _: None)
    assert (runtime.status(), runtime.injected()) == ((), ())


def test_programs_cannot_be_run_and_it_says_so(runtime: MemoryRuntime) -> None:
    with pytest.raises(RuntimeFailure, match="cannot run psql of database"):
        runtime.execute("database", ("psql",))
    with pytest.raises(RuntimeFailure, match="cannot run promtool"):
        runtime.examine("prometheus", {}, ("promtool",))
    with pytest.raises(RuntimeFailure, match="database runs"):
        runtime.empty("database", "data", "old")
    runtime.stop("database")
    runtime.empty("database", "data", "old")
