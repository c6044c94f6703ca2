"""A store with a copy in another region: what is planned of it, what a timeline must show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.failover import judges as within_region
from seatrial.capabilities.failover.region import judges
from seatrial.capabilities.failover.watch import watch
from seatrial.contract.action import AlterFile, CutEdge, Execute, Follow, Kill
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.patroni import fence
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.problem import Problem

Found = Callable[[str], "tuple[Problem, ...]"]
LOST = "region-lost-database"
PAGE, BACK = "move-database", "return-database"
THERE, HOME = ("db-us-0", "db-us-1"), ("db-0", "db-1")
GOOD: dict[str, Any] = {
    "whole": True,
    "writes": {"acknowledged": 500, "refused": 40, "unknown": 3},
    "gaps": {
        "writes": {
            "spans": [
                {"seconds": 11.0, "began": 11.0, "ended": 22.0},
                {"seconds": 2.5, "began": 52.0, "ended": 54.5},
            ],
            "open": 0.02,
        },
        "reads": {"spans": [], "open": 0.1},
    },
    "lost": {"rows": 4, "seconds": 0.2},
    "double": [],
    "primaries": [
        {"at": 5.0, "member": "db-0"},
        {"at": 22.0, "member": "db-us-0"},
        {"at": 54.5, "member": "db-1"},
    ],
    "silent": [],
    "looks": 300,
}


@pytest.fixture
def two(tmp_path: Path, shop: str) -> Plan:
    """The shop in two regions, whose database has a copy in the second."""
    file = tmp_path / "seatrial.yaml"
    file.write_text(in_two(shop, "{region: us, standbys: 2}"), encoding="utf-8")
    return plan(file, LocalRuntime("shop", tmp_path))


def in_two(shop: str, settings: str) -> str:
    found = shop.replace("owner: data}", f"owner: data, failover: {settings}}}")
    reaches = "environment: {DATABASE: '${database.host}:${database.port}'}"
    found = found.replace("needs: [database]", f"needs: [database]\n    {reaches}")
    return f"{found}regions: {{eu: {{home: true}}, us: {{}}, office: {{outside: true}}}}\n"


def by_name(found: Plan) -> dict[str, Workload]:
    return {each.name: each for each in found.workloads}


# -- what is planned ---------------------------------------------------------------------------


def test_the_other_region_has_all_of_it_once_more(two: Plan) -> None:
    found = by_name(two)
    for name in ("database", "database-members", *(f"database-etcd-{n}" for n in (1, 2, 3))):
        here, there = found[name], found[f"{name}-us"]
        assert (here.region, there.region) == ("eu", "us")
        assert (here.engine, here.replicas) == (there.engine, there.replicas)
    assert found["database-members-us"].replicas == 3
    assert "database" in found["database-members-us"].after  # there is nothing to copy before
    assert found["database-writers"].region == "us"  # what measures a region's loss outlives it


def test_each_service_finds_the_store_in_its_own_region(two: Plan) -> None:
    found = {(edge.source, edge.target) for edge in two.placement.edges if edge.port == "sql"}
    assert {("api", "database"), ("api-us", "database-us")} <= found
    assert ("api-us", "database") not in found
    listens = {edge.source: edge.listen for edge in two.placement.edges if edge.port == "sql"}
    for each in ("api", "api-us"):
        assert by_name(two)[each].env["DATABASE"] == str(listens[each])


def test_a_copy_follows_the_other_regions_primary_over_a_way_that_can_be_cut(two: Plan) -> None:
    edges = {edge.source: edge for edge in two.placement.edges if edge.port == "stream"}
    assert {each: edges[each].target for each in edges} == {
        "database-members-us": "database",
        "database-members": "database-us",
    }
    listen = edges["database-members-us"].listen
    text = by_name(two)["database-members-us"].files[0].text
    assert f"host: {listen.host}" in text
    assert f"port: {listen.port}" in text


def test_with_its_region_all_of_it_dies_and_what_watches_does_not(two: Plan) -> None:
    scenario = next(each for each in two.scenarios() if each.name == LOST)
    first, second = scenario.injections
    killed = {each.workload for each in first.actions if isinstance(each, Kill)}
    assert {"api", "gateway", "database", "database-members", "database-etcd-3"} <= killed
    assert not any(each.endswith("-us") for each in killed)
    assert not {"prometheus", "database-writers", "fault-proxy"} & killed
    pages = [
        each for one in scenario.injections for each in one.actions if isinstance(each, Follow)
    ]
    assert [each.page for each in pages] == [PAGE, BACK]
    assert first.pause > 0  # who comes back has time to become the primary again
    assert second.actions[0] == pages[1]
    assert {"--to", "eu", "--yes"} <= {*pages[1].undo[0]}  # whoever is broken off is led home
    assert len(scenario.steady) == 2


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("standby_leader", "replica", "replica"), None),
        (("standby_leader", "replica"), "2 of 3 members follow it"),
        (("replica", "replica"), "no member follows the primary in another region"),
    ],
)
def test_a_drill_begins_with_a_copy_that_follows(
    two: Plan, roles: tuple[str, ...], told: str | None
) -> None:
    scenario = next(each for each in two.scenarios() if each.name == "primary-lost-database")
    _, steady = scenario.steady
    members = [{"name": each, "role": each, "state": "streaming"} for each in roles]
    body = json.dumps({"members": members}).encode()
    assert steady.holds(steady.watch.parse(1.0, body)) == told


def test_both_pages_say_what_is_typed_and_what_proves_it(two: Plan) -> None:
    found = {each.name: each for each in two.declarations.procedures}
    move, back = found[PAGE], found[BACK]
    assert all({"--to", "us", "--accept-loss", "<LOSS>"} <= {*each.argv} for each in move.steps)
    assert back.steps[1].argv[-3:] == ("--to", "eu", "--yes")
    names = {each.name for each in two.expectations(two.scenarios())}
    proofs = {each.expectation for each in (move, back, *move.objectives)}
    assert proofs <= names
    (recovery,) = two.declarations.recoveries
    assert recovery.expectation == f"moved/{LOST}"


def test_each_of_its_proofs_has_a_defect_of_its_own(two: Plan) -> None:
    own = {
        each.name.partition("/")[0]: each.control.actions
        for each in two.expectations(two.scenarios())
        if each.scenario == LOST and each.requirements[0].startswith("R21")
    }
    assert own.keys() == {"moved", "bounded", "single", "returned", "sound"}
    (deleted,) = own["sound"]
    assert isinstance(deleted, Execute)
    assert deleted.workload == "database-writers"
    assert own["moved"] == tuple(Kill(workload=f"database-etcd-{n}-us") for n in (2, 3))
    assert own["bounded"] == (CutEdge(source="database-members-us", target="database"),)
    (opened,) = own["single"]
    assert isinstance(opened, AlterFile)
    assert (opened.path, opened.text) == ("fence.sh", fence.OPEN)


# -- what the file says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{region: eu}", "database is at home there"),
        ("{region: office}", "cannot have a copy there"),
        ("{region: uz}", "cannot have a copy there"),
        ("{rpo: 5s}", "rpo is of a store with a copy"),
        ("{region: us, rto: 1s}", "write 10s to 1d"),
    ],
)
def test_what_is_wrong_with_a_region_is_told(
    problems: Found, shop: str, settings: str, words: str
) -> None:
    (found,) = [each for each in problems(in_two(shop, settings)) if each.code[:4] == "ST72"]
    assert words in f"{found.summary}; {found.cure}"
    assert found.place is not None
    assert found.cure


def test_a_region_that_is_not_run_has_no_copy(problems: Found, shop: str) -> None:
    text = in_two(shop, "{region: us}") + "promises: [R21]\n"
    (found,) = [each for each in problems(text) if each.code[:4] == "ST72"]
    assert (found.code, "where R01 is promised" in found.summary) == ("ST7206", True)


# -- judges ------------------------------------------------------------------------------------


def command(page: str, line: str, at: float, status: int = 0, said: str = "done") -> Observation:
    told = {"command": line, "seconds": 3.0, "said": said}
    return Observation(
        at=at,
        source="page",
        kind="followed",
        subject=page,
        id=line,
        value=status,
        text=json.dumps(told),
        labels={"number": "1"},
    )


FOLLOWED = (
    command(PAGE, "seatrial failover db --to us --dry-run", 16.0),
    command(PAGE, "seatrial failover db --to us --yes", 23.0),
    command(BACK, "seatrial failover db --to eu --yes", 55.0),
)


def judged(
    judge: Judge,
    told: dict[str, Any] | None,
    followed: tuple[Observation, ...] = FOLLOWED,
    *,
    over: bool = True,
) -> Judgement:
    seen = [Observation(at=10.0, source="drill", kind="step", subject="inject"), *followed]
    if told is not None:
        seen += watch("db").parse(60.0, json.dumps(told).encode())
    return judge(Timeline().adding(seen), 70.0, over)


def changed(**more: Any) -> dict[str, Any]:
    return GOOD | more


MOVED = judges.moved("db", 900.0, THERE, PAGE)
BOUNDED = judges.bounded("db", 10.0, THERE)
RETURNED = judges.returned("db", HOME, BACK)
STUCK = changed(gaps={"writes": {"spans": [], "open": 30.0}, "reads": {"spans": [], "open": 0.0}})


@pytest.mark.parametrize("judge", [MOVED, BOUNDED, RETURNED])
def test_without_a_word_of_the_writers_nothing_is_known(judge: Judge) -> None:
    for told in (None, changed(whole=False)):
        assert judged(judge, told).state is State.BLIND


def test_a_store_is_moved_once_a_member_there_takes_writes() -> None:
    told = judged(MOVED, GOOD, over=False)
    assert told.state is State.MET
    figures = {each.name: each.value for each in told.figures}
    assert figures == {"no write": 11.0, "from the order to a write": 2.0, "procedure": 6.0}
    never = changed(primaries=[{"at": 5.0, "member": "db-0"}])
    for each in (never, STUCK):
        assert judged(MOVED, each, over=False).state is State.PENDING
        assert judged(MOVED, each).state is State.BROKEN
    assert judged(judges.moved("db", 10.0, THERE, PAGE), GOOD).state is State.BROKEN
    # who takes over by itself was not moved by the page
    assert judged(MOVED, GOOD, FOLLOWED[:1]).state is State.BLIND


def test_a_page_that_fails_ends_the_waiting() -> None:
    failed = command(
        PAGE, "seatrial failover db --to us --yes", 23.0, 3, "x\nerror no majority\ncure  y\n"
    )
    told = judged(MOVED, STUCK, (failed,), over=False)
    assert told.state is State.BROKEN
    assert told.reason == "`seatrial failover db --to us --yes` ended with 3: error no majority"


def test_what_a_region_takes_with_it_is_bounded_and_not_nothing() -> None:
    told = judged(BOUNDED, GOOD, over=False)
    assert told.state is State.MET
    assert told.reason.startswith("4 of 500 acknowledged writes are gone, written within 0.2 s")
    assert judged(BOUNDED, changed(lost={"rows": 900, "seconds": 22.0})).state is State.BROKEN
    never = changed(primaries=[{"at": 5.0, "member": "db-0"}])
    for each in (never, changed(lost=None), STUCK):
        assert judged(BOUNDED, each, over=False).state is State.PENDING
        assert judged(BOUNDED, each).state is State.BLIND


def test_it_has_returned_when_home_takes_the_writes_at_the_end() -> None:
    told = judged(RETURNED, GOOD)
    assert told.state is State.MET
    assert told.figures[0].value == 2.5  # of the way back alone
    assert judged(RETURNED, GOOD, over=False).state is State.PENDING
    stays = changed(primaries=GOOD["primaries"][:2])
    assert judged(RETURNED, stays).reason == "db-us-0 takes the writes"
    assert judged(RETURNED, stays).state is State.BROKEN
    # by the undo, after the page was done
    late = changed(primaries=[*GOOD["primaries"][:2], {"at": 56.0, "member": "db-1"}])
    assert judged(RETURNED, late).reason == "db-us-0 takes the writes"
    assert judged(RETURNED, GOOD, FOLLOWED[:2]).state is State.BLIND
    never = changed(primaries=GOOD["primaries"][:1])
    assert judged(RETURNED, never).state is State.BLIND


def test_two_regions_that_take_writes_at_once_are_two_primaries() -> None:
    two = changed(double=[{"members": ["db-0", "db-us-0"], "seconds": 3.0, "began": 40.0}])
    assert judged(within_region.single("db"), two, over=False).state is State.BROKEN
