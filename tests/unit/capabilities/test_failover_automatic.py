"""A store that is moved by itself: what the file says, what is planned, what must be seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.failover.region import judges
from seatrial.capabilities.failover.watch import watch
from seatrial.contract.action import AlterFile, CutEdge, Execute, Follow, Kill, Request
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.patroni import hands
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.problem import Problem

Found = Callable[[str], "tuple[Problem, ...]"]
LOST, CUT = "region-lost-database", "region-cut-database"
REGIONS = "regions: {eu: {home: true}, us: {}, ap: {}, office: {outside: true}}\n"
GOOD = "{region: us, rpo: 30s, automatic: {witness: ap}}"


@pytest.fixture
def three(tmp_path: Path, shop: str) -> Plan:
    """The shop, whose database is moved by itself."""
    file = tmp_path / "seatrial.yaml"
    file.write_text(in_three(shop, GOOD), encoding="utf-8")
    return plan(file, LocalRuntime("shop", tmp_path))


def in_three(shop: str, settings: str) -> str:
    return shop.replace("owner: data}", f"owner: data, failover: {settings}}}") + REGIONS


def by_name(found: Plan) -> dict[str, Workload]:
    return {each.name: each for each in found.workloads}


def text(workload: Workload, path: str) -> str:
    return next(each.text for each in workload.files if each.path == path)


# -- what is planned ---------------------------------------------------------------------------


def test_each_of_three_regions_has_one_vote(three: Plan) -> None:
    found = {name: each for name, each in by_name(three).items() if each.engine == "etcd"}
    assert {name: each.region for name, each in found.items()} == {
        "database-etcd": "eu",
        "database-etcd-us": "us",
        "database-etcd-ap": "ap",
    }
    agreed = {yaml.safe_load(text(each, "etcd.yml"))["initial-cluster"] for each in found.values()}
    assert len(agreed) == 1
    assert all(f"{each}=http://" in next(iter(agreed)) for each in found)


def test_who_does_not_reach_two_of_them_takes_no_writes(three: Plan) -> None:
    for each in ("database-members", "database-members-us"):
        read = yaml.safe_load(text(by_name(three)[each], "config/patroni.yml"))
        assert read["bootstrap"]["dcs"]["failsafe_mode"] is False
        assert len(read["etcd3"]["hosts"]) == 3
        assert read["etcd3"]["use_proxies"] is True  # else it would go the ways that it is told
        assert "etcdctl" in text(by_name(three)[each], "fence.sh")


def test_the_mover_stands_where_the_store_goes_and_asks_its_own_region_first(three: Plan) -> None:
    mover = by_name(three)["database-mover"]
    assert mover.region == "us"
    told = json.loads(text(mover, "mover.json"))
    assert next(iter(told["quorum"])) == "database-etcd-us"
    assert (told["home"]["scope"], told["other"]["scope"]) == (
        "/seatrial/database",
        "/seatrial/database-us",
    )
    assert told["home"]["settings"]["standby_cluster"]["primary_slot_name"] == "region_eu"
    assert told["other"]["settings"]["standby_cluster"] is None
    assert (told["after"], told["lease"], told["rpo"]) == (15.0, 20, 30.0)


def test_who_does_not_declare_it_pays_nothing(tmp_path: Path, shop: str) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(in_three(shop, "{region: us}"), encoding="utf-8")
    found = plan(file, LocalRuntime("shop", tmp_path))
    names = by_name(found).keys()
    assert {"database-mover", "database-etcd", "database-etcd-ap"}.isdisjoint(names)
    assert CUT not in {each.name for each in found.scenarios()}
    assert not any("automatic" in each.name for each in found.declarations.groups)


def test_nobody_types_anything_when_home_is_lost(three: Plan) -> None:
    found = {each.name: each for each in three.scenarios()}
    first, then = found[LOST].injections
    killed = {each.workload for each in first.actions if isinstance(each, Kill)}
    assert {"database", "database-members", "database-etcd"} <= killed
    assert {"database-etcd-us", "database-etcd-ap", "database-mover"}.isdisjoint(killed)
    assert not any(isinstance(each, Follow) for each in first.actions)
    assert [each.page for each in then.actions if isinstance(each, Follow)] == ["return-database"]
    assert "undecided-database" not in found  # home closes itself then, which is shown by the cut


def test_home_is_cut_off_from_all_but_its_own_clients(three: Plan) -> None:
    first = next(each for each in three.scenarios() if each.name == CUT).injections[0]
    cut = {(each.source, each.target) for each in first.actions if isinstance(each, CutEdge)}
    assert cut == {
        ("database-members", "database-etcd-us"),
        ("database-members", "database-etcd-ap"),
        ("database-members", "database-us"),
        ("database-members", "database-members-us"),
        ("database-members-us", "database"),
        ("database-members-us", "database-members"),
    }
    edges = {(each.source, each.target) for each in three.placement.edges}
    assert cut <= edges
    assert [each for each in first.actions if isinstance(each, Kill)] == [
        Kill(workload="database-etcd")
    ]


def test_no_drill_goes_on_to_its_limit_for_what_is_said_only_at_the_end(three: Plan) -> None:
    found = three.expectations(three.scenarios())
    assert {each.name for each in found if each.at_end} == {
        f"single/{LOST}",
        f"returned/{LOST}",
        f"single/{CUT}",
    }


def test_each_of_its_proofs_has_a_defect_of_its_own(three: Plan) -> None:
    own = {
        each.name: each.control.actions
        for each in three.expectations(three.scenarios())
        if each.scenario in {LOST, CUT} and each.requirements[0].startswith("R21")
    }
    assert own.keys() == {
        *(f"{each}/{LOST}" for each in ("moved", "bounded", "single", "sound", "returned")),
        *(f"{each}/{CUT}" for each in ("bounded", "single", "sound")),
    }
    assert own[f"moved/{LOST}"] == (Kill(workload="database-etcd-ap"),)
    altered, cut = own[f"bounded/{LOST}"]
    assert isinstance(altered, AlterFile)
    assert json.loads(altered.text)["rpo"] is None
    assert cut == CutEdge(source="database-members-us", target="database")
    (late,) = own[f"bounded/{CUT}"]
    assert isinstance(late, Request)
    assert late.undo is not None
    assert json.loads(late.body) == {"ttl": 100, "retry_timeout": 40}
    assert json.loads(late.undo.body) == {"ttl": 20, "retry_timeout": 5}
    (hung,) = own[f"single/{CUT}"]
    assert isinstance(hung, Execute)
    assert (hung.workload, hung.argv, hung.undo) == ("database-members", hands.HANG, hands.GO_ON)


def test_a_fault_lasts_until_the_store_has_moved_whoever_looks_alone(three: Plan) -> None:
    waits = {
        each.name
        for each in three.expectations(three.scenarios())
        if each.scenario in {LOST, CUT} and each.ripe is not None
    }
    assert {f"single/{LOST}", f"single/{CUT}", f"returned/{LOST}", f"moved/{LOST}"} <= waits


def test_the_page_that_moves_it_by_plan_is_followed_in_a_drill_of_its_own(three: Plan) -> None:
    found = {each.name: each for each in three.declarations.procedures}
    move = found["move-database"]
    assert move.expectation == "followed/move-database"
    assert move.rehearsal is not None
    assert {"--to", "eu", "--yes"} <= {*move.rehearsal.undo[0]}
    assert move.objectives[0].expectation == f"moved/{LOST}"


def test_its_alerts_are_of_the_mover_and_say_what_is_lacking(three: Plan) -> None:
    (group,) = [each for each in three.declarations.groups if "automatic" in each.name]
    assert {each.name: each.severity for each in group.alerts} == {
        "QuorumMemberSilent": "ticket",
        "AutomaticFailoverImpossible": "ticket",
        "MovedByItself": "ticket",
    }
    names = {each.name for one in three.declarations.groups for each in one.alerts}
    assert "WitnessesLost" not in names  # of a failsafe mode that is off it could never tell
    targets = {each.workload for each in three.declarations.targets}
    assert {"database-mover", "database-etcd-ap"} <= targets


# -- what the file says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        (GOOD.replace("ap}", "eu}"), "ST7210", "at home there, too"),
        (GOOD.replace("ap}", "us}"), "ST7210", "where the copy is there, too"),
        (GOOD.replace("ap}", "office}"), "ST7210", "nothing is run there"),
        (GOOD.replace("ap}", "pa}"), "ST7210", "nothing is run there"),
        ("{region: us, automatic: {witness: ap}}", "ST7211", "rpo is 10s"),
        (GOOD.replace("30s", "29s"), "ST7211", "up to 20s"),
        (GOOD.replace("ap}", "ap, after: 1s}"), "ST7201", "10s to 10m"),
        (GOOD.replace("ap}", "ap, before: 1s}"), "ST7201", "unknown key"),
        ("{region: us, rpo: 30s, automatic: {}}", "ST7201", "witness"),
        ("{automatic: {witness: ap}}", "ST7201", "automatic is of a store with a copy"),
    ],
)
def test_what_is_wrong_with_it_is_told(
    problems: Found, shop: str, settings: str, code: str, words: str
) -> None:
    (found,) = [each for each in problems(in_three(shop, settings)) if each.code[:4] == "ST72"]
    assert (found.code, words in f"{found.summary}; {found.cure}") == (code, True), found
    assert found.place is not None
    assert found.cure


# -- judge -------------------------------------------------------------------------------------

TOLD: dict[str, Any] = {
    "whole": True,
    "gaps": {
        "writes": {"spans": [{"seconds": 44.0, "began": 11.0, "ended": 55.0}], "open": 0.02},
    },
    "primaries": [{"at": 5.0, "member": "db-0"}, {"at": 55.0, "member": "db-us-0"}],
}


def judged(told: dict[str, Any], bound: float = 65.0, *, over: bool = True) -> Judgement:
    seen = [Observation(at=10.0, source="drill", kind="step", subject="inject")]
    seen += watch("db").parse(60.0, json.dumps(told).encode())
    return judges.moved_alone("db", bound, ("db-us-0",))(Timeline().adding(seen), 70.0, over)


def test_it_is_moved_once_a_member_there_takes_writes_in_time() -> None:
    told = judged(TOLD, over=False)
    assert told.state is State.MET
    assert told.reason.endswith("by db-us-0, by itself")
    assert judged(TOLD, 43.0, over=False).state is State.BROKEN
    stays = TOLD | {"primaries": TOLD["primaries"][:1]}
    assert judged(stays, over=False).state is State.PENDING
    assert judged(stays).state is State.BROKEN
