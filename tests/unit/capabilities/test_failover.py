"""Failover: what the file says, what is planned of it, what a timeline must show of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, Refused, plan
from seatrial.capabilities.failover import judges, policy
from seatrial.capabilities.failover.watch import sound, watch
from seatrial.contract.action import Answering, Crash, CutEdge, Execute, Kill, Pause
from seatrial.contract.output import Origin, Workload
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.patroni import hands
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.system.problem import Problem

PRIMARY = Answering(port="rest", path="/primary")
GOOD: dict[str, Any] = {
    "whole": True,
    "writes": {"acknowledged": 500, "refused": 40, "unknown": 3},
    "gaps": {
        "writes": {"spans": [{"seconds": 6.2, "began": 11.0, "ended": 17.2}], "open": 0.02},
        "reads": {"spans": [{"seconds": 4.0, "began": 11.0, "ended": 15.0}], "open": 0.1},
    },
    "lost": {"rows": 0, "seconds": 0.0},
    "double": [],
    "primaries": [{"at": 5.0, "member": "a"}, {"at": 17.0, "member": "b"}],
    "silent": [],
    "looks": 300,
}
Found = Callable[[str], "tuple[Problem, ...]"]
CONTAINED = "environments: {rehearsal: {runtime: compose}}\n"


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Plan]:
    """Plan a text on the local runtime."""

    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


@pytest.fixture
def failing(local: Callable[[str], Plan], shop: str) -> Plan:
    """The shop, whose database fails over."""
    return local(with_failover(shop))


def with_failover(shop: str, settings: str = "{}") -> str:
    return shop.replace("owner: data}", f"owner: data, failover: {settings}}}")


def by_name(found: Plan) -> dict[str, Workload]:
    return {each.name: each for each in found.workloads}


# -- what is planned ---------------------------------------------------------------------------


def test_the_stores_own_workload_leads_to_its_members(failing: Plan) -> None:
    found = by_name(failing)
    front, members = found["database"], found["database-members"]
    assert (front.engine, front.origin) == ("haproxy", Origin.STORE)
    assert (members.engine, members.replicas) == ("patroni", 2)
    assert front.ports == {"sql": 5432, "status": 8404}
    places = failing.placement.of("database-members")
    text = front.files[0].text
    assert all(f"{each.address}:5432 check port 8008" in text for each in places)
    assert {f"database-etcd-{each}" for each in (1, 2, 3)} <= found.keys()
    assert found["database-writers"].after == ("database", "database-members")


def test_whoever_needs_the_store_finds_it_where_it_was(
    failing: Plan, local: Callable[[str], Plan], shop: str
) -> None:
    alone = local(shop)
    for each in (failing, alone):
        edges = [edge for edge in each.placement.edges if edge.target == "database"]
        assert [(edge.source, edge.port) for edge in edges] == [("api", "sql")]
    assert by_name(alone)["database"].engine == "postgres"
    assert not any(name.startswith("database-etcd") for name in by_name(alone))


def test_where_its_members_cannot_run_it_is_refused(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(with_failover(shop), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        plan(file, MemoryRuntime(clock=lambda: 0.0))
    assert [each.code for each in refused.value.problems if each.code[:4] == "ST72"] == ["ST7205"]


@pytest.fixture
def contained(tmp_path: Path) -> Callable[[str], Plan]:
    """Plan a text on containers."""

    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, ComposeRuntime("shop", tmp_path))

    return make


def test_in_containers_each_member_has_the_programs_that_it_calls(
    contained: Callable[[str], Plan], shop: str
) -> None:
    planned = contained(with_failover(shop) + CONTAINED)
    found = by_name(planned)
    assert (found["database"].engine, found["database-members"].tools) == ("haproxy", ("postgres",))
    addresses = {each.address for each in planned.placement.of("database-members")}
    assert len(addresses) == 2
    assert {"primary-lost-database", "undecided-database"} <= {
        each.name for each in planned.scenarios()
    }


def test_in_containers_it_is_moved_by_people_or_by_itself_as_on_processes(
    contained: Callable[[str], Plan], shop: str
) -> None:
    regions = "regions: {eu: {home: true}, us: {}, ap: {}}\n" + CONTAINED
    copied = with_failover(shop, "{region: us, rpo: 30s}").replace("R02", "R01, R02")
    found = by_name(contained(copied + regions))
    assert "database-members-us" in found
    assert "database-mover" not in found
    planned = contained(
        copied.replace("region: us", "region: us, automatic: {witness: ap}") + regions
    )
    found = by_name(planned)
    assert found["database-mover"].origin is Origin.DAEMON
    # its fence asks the three: etcd's own program is in the image of the members
    assert found["database-members"].tools == ("postgres", "etcd")
    (cut,) = [each for each in planned.scenarios() if each.name == "region-cut-database"]
    ways = {(each.source, each.target) for each in planned.placement.edges}
    severed = {
        (each.source, each.target)
        for each in cut.injections[0].actions
        if isinstance(each, CutEdge)
    }
    assert severed
    assert severed <= ways


def test_nor_does_it_run_beside_a_project(planned: Callable[[str], Plan], shop: str) -> None:
    where = "environments: {rehearsal: {runtime: compose, beside: compose.yaml}}\n"
    with pytest.raises(Refused) as refused:
        planned(with_failover(shop) + where)
    (found,) = [each for each in refused.value.problems if each.code == "ST7205"]
    assert "beside a project" in found.summary


def test_attacks_are_looked_for_where_the_product_writes_its_lines(failing: Plan) -> None:
    rules = [each.expr for each in failing.declarations.detections if each.subject == "database"]
    assert rules
    assert all("database-members" in each for each in rules), rules


def test_statements_run_where_writes_are_taken(failing: Plan) -> None:
    assert failing.declarations.holder("database") == ("database-members", PRIMARY)
    assert failing.declarations.holder("cache") == ("cache", 0)


def test_each_scenario_strikes_whoever_is_the_primary(failing: Plan) -> None:
    struck = {
        each.name: [action for one in each.injections for action in one.actions]
        for each in failing.scenarios()
        if each.name.partition("-")[0] in {"primary", "proxy", "undecided"}
    }
    (crash,), (lost,), (hung,) = (
        struck[f"primary-{each}-database"] for each in ("crash", "lost", "hung")
    )
    assert isinstance(crash, Execute)
    assert (crash.workload, crash.replica) == ("database-members", PRIMARY)
    assert (crash.argv, crash.undo) == (hands.CRASH, hands.UNCRASH)
    assert lost == Kill(workload="database-members", replica=PRIMARY)
    assert hung == Pause(workload="database-members", replica=PRIMARY)
    assert struck["proxy-crash-database"] == [Crash(workload="database")]
    # of three witnesses two: a majority of them is gone
    assert struck["undecided-database"] == [Kill(workload=f"database-etcd-{n}") for n in (2, 3)]


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("leader", "sync_standby"), None),
        (("leader", "replica"), "no standby has each acknowledged write yet"),
        (("leader",), "0 of 1 standbys follow it"),
        (("sync_standby",), "0 members are the primary"),
    ],
)
def test_a_drill_begins_with_a_whole_cluster(
    failing: Plan, roles: tuple[str, ...], told: str | None
) -> None:
    scenario = next(each for each in failing.scenarios() if each.name == "primary-lost-database")
    (steady,) = scenario.steady
    members = [
        {"name": each, "role": each, "state": "running" if each == "leader" else "streaming"}
        for each in roles
    ]
    ill = {"name": "ill", "role": "replica", "state": "starting"}
    body = json.dumps({"members": [*members, ill]}).encode()
    assert steady.holds(steady.watch.parse(1.0, body)) == told


def test_what_an_asynchronous_standby_may_lose_is_not_promised(
    local: Callable[[str], Plan], shop: str
) -> None:
    found = local(with_failover(shop, "{synchronous: false, standbys: 2}"))
    names = {each.name for each in found.expectations(found.scenarios())}
    assert "resumed/primary-lost-database" in names
    assert not any(each.startswith("kept/primary") for each in names)
    # but how much it is shall be known, and bounded
    assert {f"bounded/primary-{each}-database" for each in ("crash", "lost", "hung")} <= names
    assert by_name(found)["database-members"].replicas == 3


def test_each_key_stands_in_the_readme() -> None:
    text = (Path(policy.__file__).parent / "README.md").read_text()
    missing = [each for each in policy.Policy.model_fields if f"failover.{each}" not in text]
    assert missing == []


def test_its_page_says_how_another_one_is_made_the_primary(failing: Plan) -> None:
    (switch,) = failing.declarations.procedures
    assert switch.name == "switch-database"
    assert [each.argv[-1] for each in switch.steps] == ["${file}", "--dry-run", "--yes", "${file}"]
    assert switch.rehearsal is not None
    assert {"database", "database-members", "api", "gateway"} <= switch.rehearsal.radius
    (recovery,) = failing.declarations.recoveries
    names = {each.name for each in failing.expectations(failing.scenarios())}
    assert {recovery.expectation, *(each.expectation for each in switch.objectives)} <= names


# -- what the file says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("store", "code", "words"),
    [
        ("failover: {standby: 1}", "ST7201", "unknown key stores.database.failover.standby"),
        ("failover: {standbys: 0}", "ST7201", "stores.database.failover.standbys"),
        ("failover: {within: 5}", "ST1305", "stores.database.failover.within is 5"),
        ("failover: {within: 1s}", "ST7201", "write 10s to 10m"),
        ("failover: {}, durable: false", "ST7203", "is not durable"),
    ],
)
def test_what_is_wrong_with_a_failover_is_told_at_its_place(
    problems: Found, shop: str, store: str, code: str, words: str
) -> None:
    text = shop.replace("owner: data}", f"owner: data, {store}}}")
    (found,) = [each for each in problems(text) if each.code.startswith(("ST13", "ST72"))]
    assert (found.code, found.place is not None) == (code, True)
    assert words in f"{found.summary}; {found.cure}"
    assert found.cure


@pytest.mark.parametrize(("end", "who"), [("rest", "orders it"), ("replication", "copies from it")])
def test_a_store_that_would_share_a_secret_of_the_cluster_is_refused(
    problems: Found, shop: str, end: str, who: str
) -> None:
    more = f'  database-{end}: {{engine: redis, version: "7", owner: data, durable: false}}\n'
    text = shop.replace("stores:\n", f"stores:\n{more}")
    assert not [each for each in problems(text) if each.code == "ST7212"]
    (found,) = [each for each in problems(with_failover(text)) if each.code == "ST7212"]
    assert who in found.summary
    assert found.cure == f"call it database-{end}-store"
    assert found.place is not None


def test_a_product_that_cannot_fail_over_is_told(problems: Found, shop: str) -> None:
    text = shop.replace(
        'engine: postgres, version: "15", owner: data}',
        'engine: redis, version: "7", owner: data, failover: {}}',
    )
    (found,) = [each for each in problems(text) if each.code.startswith("ST72")]
    assert (found.code, "is redis" in found.summary) == ("ST7202", True)


# -- judges ------------------------------------------------------------------------------------


def judged(judge: Judge, told: dict[str, Any] | None, *, over: bool = True) -> Judgement:
    seen = [Observation(at=10.0, source="drill", kind="step", subject="inject")]
    if told is not None:
        seen += watch("db").parse(20.0, json.dumps(told).encode())
    return judge(Timeline().adding(seen), 60.0, over)


def changed(**more: Any) -> dict[str, Any]:
    return GOOD | more


def going_on(seconds: float) -> dict[str, Any]:
    gap = {"spans": [{"seconds": seconds, "began": 11.0, "ended": None}], "open": seconds}
    return changed(gaps={"writes": gap, "reads": GOOD["gaps"]["reads"]})


MOVES, STAYS = (judges.resumed("db", 30.0, moves=each) for each in (True, False))
JUDGES = (judges.kept("db"), MOVES, STAYS, judges.single("db"), judges.sound("db"))


@pytest.mark.parametrize("judge", JUDGES)
def test_without_a_word_of_the_writers_nothing_is_known(judge: Judge) -> None:
    anew = changed(whole=False)  # what was acknowledged before is forgotten
    for told in (None, anew):
        assert judged(judge, told).state is State.BLIND
        assert judged(judge, told, over=False).state is State.PENDING


def test_nothing_that_was_acknowledged_is_lost() -> None:
    judge = judges.kept("db")
    assert judged(judge, GOOD).state is State.MET
    lost = changed(lost={"rows": 2, "seconds": 0.1})
    told = judged(judge, lost, over=False)
    assert (told.state, told.reason) == (
        State.BROKEN, "2 of 500 acknowledged writes are gone"
    )  # fmt: skip
    # nobody could look as long as nothing answers; nothing written is nothing kept
    nothing = changed(writes={"acknowledged": 0, "refused": 9, "unknown": 0})
    for each in (going_on(3.0), nothing, changed(lost=None)):
        assert judged(judge, each, over=False).state is State.PENDING
        assert judged(judge, each).state is State.BLIND


def test_writes_are_taken_again_in_time() -> None:
    told = judged(MOVES, GOOD)
    assert told.state is State.MET
    assert told.figures[0].value == 6.2
    assert told.reason.endswith("by b, and before by a")
    assert judged(MOVES, going_on(12.0), over=False).state is State.PENDING
    assert judged(MOVES, going_on(12.0)).state is State.BROKEN
    assert judged(MOVES, going_on(31.0), over=False).state is State.BROKEN
    gaps = GOOD["gaps"]
    late = {"spans": [{"seconds": 31.0, "began": 5.0, "ended": 36.0}], "open": 0.1}
    assert judged(MOVES, changed(gaps={**gaps, "writes": late})).state is State.BROKEN
    # a second outage, shorter than the first by now
    again = changed(gaps={**gaps, "writes": {**gaps["writes"], "open": 4.0}})
    assert judged(MOVES, again, over=False).state is State.PENDING
    assert judged(MOVES, again).state is State.BROKEN
    # what was over before the fault is none of it
    early = {"spans": [{"seconds": 31.0, "began": -23.0, "ended": 8.0}], "open": 0.1}
    assert judged(MOVES, changed(gaps={**gaps, "writes": early})).figures[0].value == 0


def test_another_must_have_taken_over_or_the_same_have_stayed() -> None:
    same = changed(primaries=[{"at": 5.0, "member": "a"}])
    unseen = changed(primaries=[{"at": 17.0, "member": "b"}])
    assert judged(MOVES, same, over=False).state is State.PENDING
    assert judged(MOVES, same).reason.endswith("a took them again")
    assert judged(MOVES, same).state is State.BROKEN
    assert judged(STAYS, same).state is State.MET
    assert judged(STAYS, GOOD).reason.endswith("b took them instead of a")
    assert judged(STAYS, GOOD).state is State.BROKEN
    for judge in (MOVES, STAYS, judges.single("db")):
        assert judged(judge, unseen).state is State.BLIND


def test_a_fault_that_no_write_felt_shows_nothing() -> None:
    judge = judges.resumed("db", 30.0, moves=False, felt=True)
    counts = {"acknowledged": 500, "refused": 3, "unknown": 1}
    same = {"primaries": [{"at": 5.0, "member": "a"}]}
    told = judged(judge, changed(writes=counts, **same))
    assert (told.state, told.reason.startswith("4 writes failed, and ")) == (State.MET, True)
    nobody = changed(writes={**counts, "refused": 0, "unknown": 0}, **same)
    assert judged(judge, nobody, over=False).state is State.PENDING
    assert judged(judge, nobody).state is State.BLIND


def test_two_primaries_are_seen_at_once_and_one_only_at_the_end() -> None:
    judge = judges.single("db")
    assert judged(judge, GOOD, over=False).state is State.PENDING
    assert judged(judge, GOOD).state is State.MET
    two = changed(double=[{"members": ["a", "b"], "seconds": 1.4, "began": 12.0}])
    told = judged(judge, two, over=False)
    assert (told.state, told.reason) == (State.BROKEN, "a and b took writes at once for 1.4 s")
    # who has not come back may still believe that it is the primary
    told = judged(judge, changed(silent=["a"]))
    assert (told.state, told.reason) == (State.BLIND, "a has not said whether it takes writes")


def asked(answers: dict[str, str], *, began: float | None = 18.0) -> tuple[Observation, ...]:
    told = {"began": began, "answers": answers}
    return sound("db").parse(21.0, json.dumps(told).encode())


def test_what_must_hold_is_what_answers_whoever_took_over() -> None:
    judge = judges.sound("db")

    def found(*seen: Observation, told: dict[str, Any] = GOOD, over: bool = True) -> Judgement:
        struck = Observation(at=10.0, source="drill", kind="step", subject="inject")
        written = watch("db").parse(20.0, json.dumps(told).encode())
        return judge(Timeline().adding((struck, *written, *seen)), 60.0, over)

    holds = asked({"laid": "t", "nobody owes": "t"})
    assert found(*holds).state is State.MET
    assert found(*holds, over=False).state is State.MET
    broken = found(*asked({"laid": "t", "nobody owes": "f"}), over=False)
    assert (broken.state, broken.reason) == (State.BROKEN, "it does not hold that nobody owes")
    # a question that was put to the one before, that could not be answered, that was never put
    before, gone = asked({"laid": "t"}, began=16.9), asked({"laid": "ERROR:  no such table"})
    same = changed(primaries=[{"at": 5.0, "member": "a"}])
    for seen, told in ((before, GOOD), (gone, GOOD), (asked({}, began=None), GOOD), (holds, same)):
        assert found(*seen, told=told, over=False).state is State.PENDING
        assert found(*seen, told=told).state is State.BLIND
    assert "no such table" in found(*gone).reason
    # what did not hold once does not hold, whatever is answered later
    assert found(*asked({"laid": "f"}, began=17.5), *asked({"laid": "t"})).state is State.BROKEN
