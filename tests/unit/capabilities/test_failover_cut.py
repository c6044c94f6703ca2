"""A primary that alone loses its way to etcd: what is planned, and what must be seen of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.failover import cut
from seatrial.contract.action import Answering, CutEdge
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Figure, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local.runtime import LocalRuntime

CUT, MEMBERS = "primary-cut-database", "database-members"
PRIMARY = Answering(port="rest", path="/primary")
ETCD = tuple(f"database-etcd-{number}" for number in (1, 2, 3))
CONTAINED = "environments: {rehearsal: {runtime: compose}}\n"
Planned = Callable[..., Plan]


@pytest.fixture
def failing(tmp_path: Path, shop: str) -> Planned:
    """Plan the shop, whose database fails over."""

    def make(settings: str = "{}", more: str = "", environment: str = "rehearsal") -> Plan:
        file = tmp_path / "seatrial.yaml"
        text = shop.replace("owner: data}", f"owner: data, failover: {settings}}}") + more
        file.write_text(text, encoding="utf-8")
        runtime = (ComposeRuntime if more.startswith(CONTAINED) else LocalRuntime)("shop", tmp_path)
        return plan(file, runtime, environment=environment)

    return make


def members(found: Plan, name: str = MEMBERS) -> dict[str, Any]:
    """What the file of the members says of etcd."""
    workload: Workload = next(each for each in found.workloads if each.name == name)
    text = next(each.text for each in workload.files if each.path == "config/patroni.yml")
    told: dict[str, Any] = yaml.safe_load(text)["etcd3"]
    return told


# -- what is planned ---------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["", CONTAINED])
def test_each_member_reaches_etcd_by_ways_of_its_own_of_which_the_primarys_are_cut(
    failing: Planned, more: str
) -> None:
    found = failing(more=more)
    (scenario,) = [each for each in found.scenarios() if each.name == CUT]
    (injection,) = scenario.injections
    assert injection.actions == tuple(
        CutEdge(source=MEMBERS, target=each, replica=PRIMARY) for each in ETCD
    )
    assert injection.least > 20  # its lease has ended, and whoever would take over has
    placed = found.placement
    ways = [placed.ways(each) for each in placed.of(MEMBERS)]
    assert [each.keys() for each in ways] == [{f"{one}.0.client" for one in ETCD}] * 2
    assert len({str(each) for one in ways for each in one.values()}) == 6
    assert members(found) == {
        "hosts": [f"${{self.ways.{each}.0.client}}" for each in ETCD],
        "use_proxies": True,
    }


def test_nothing_stands_between_a_member_and_etcd_in_production(failing: Planned) -> None:
    found = failing(environment="production", more="environments: {production: {}}\n")
    assert found.placement.edges == ()
    direct = [str(found.placement.endpoint(each, "client")) for each in ETCD]
    assert members(found) == {"hosts": direct}
    assert CUT not in {each.name for each in found.scenarios()}


def test_of_two_regions_home_is_tried(failing: Planned) -> None:
    regions = "regions: {eu: {home: true}, us: {}}\n"
    found = failing("{region: us}", regions)
    assert CUT in {each.name for each in found.scenarios()}
    assert "use_proxies" not in members(found, f"{MEMBERS}-us")


def test_where_three_regions_agree_a_whole_region_is_cut_off_instead(failing: Planned) -> None:
    regions = "regions: {eu: {home: true}, us: {}, ap: {}}\n"
    found = failing("{region: us, rpo: 30s, automatic: {witness: ap}}", regions)
    names = {each.name for each in found.scenarios()}
    assert "region-cut-database" in names
    assert CUT not in names
    assert all(each.caller is None for each in found.placement.edges)


def test_each_member_is_asked_when_it_last_reached_etcd(failing: Planned) -> None:
    found = failing()
    own = [each for each in found.expectations(found.scenarios()) if each.scenario == CUT]
    own = [each for each in own if each.requirements[0].startswith("R21")]
    assert [each.name for each in own] == [f"resumed/{CUT}", f"single/{CUT}"]
    for each in own:
        asked = [one for one in each.watches if one.workload == MEMBERS]
        assert [(one.replica, one.path) for one in asked] == [(0, "/patroni"), (1, "/patroni")]
        assert len({one.name for one in each.watches}) == len(each.watches)
        (seen,) = asked[1].parse(130.0, b'{"dcs_last_seen": 100}')
        assert (seen.kind, seen.subject, seen.value) == (cut.HEARD, f"{MEMBERS}-1", 30.0)


# -- the judge ---------------------------------------------------------------------------------

MET = Judgement(
    state=State.MET,
    reason="all is well",
    figures=(Figure(name="no write", value=0.1, unit="s"),),
)


def judged(
    heard: dict[str, tuple[float, ...]],
    own: Judgement = MET,
    *,
    over: bool = True,
    members: tuple[str, ...] = ("a", "b"),
) -> Judgement:
    """Of a fault at 10 s with `a` as the primary; each member was last heard so long ago."""
    told = {"whole": True, "primaries": [{"at": 5.0, "member": "a"}]}
    seen = [
        Observation(at=9.0, source="a", kind=cut.HEARD, subject="a", value=99.0),  # before
        Observation(at=10.0, source="drill", kind="step", subject="inject"),
        Observation(at=60.0, source="w", kind="written", subject="db", text=json.dumps(told)),
        *(
            Observation(at=12.0 + 10 * number, source=name, kind=cut.HEARD, subject=name, value=age)
            for name, ages in heard.items()
            for number, age in enumerate(ages)
        ),
    ]
    judge = cut.felt("db", lambda _timeline, _now, _over: own, members)
    return judge(Timeline().adding(seen), 60.0, over)


WELL = {"a": (3.0, 21.0, 38.0, 1.0), "b": (4.0, 6.0, 5.0)}


def test_what_is_met_counts_where_the_primary_alone_was_cut_off() -> None:
    told = judged(WELL, over=False)
    assert (told.state, told.reason) == (
        State.MET,
        "all is well; a alone did not reach etcd for 38 s",
    )
    assert [(each.name, each.value) for each in told.figures] == [
        ("no write", 0.1),
        ("primary without etcd", 38.0),
        ("others without etcd", 6.0),
    ]


@pytest.mark.parametrize(
    "heard",
    [
        {},
        {**WELL, "a": (3.0, 19.0)},  # its lease had not ended
        {**WELL, "b": (4.0, 23.0, 5.0)},  # nobody could have taken over
        {**WELL, "b": (4.0, 6.0)},  # it has said nothing since the lease ended
        {"a": (38.0,)},
        {"b": (4.0,)},
    ],
)
def test_what_is_met_without_the_fault_shows_nothing(heard: dict[str, tuple[float, ...]]) -> None:
    told = judged(heard)
    assert (told.state, told.reason) == (
        State.BLIND,
        "nobody saw that the primary alone did not reach etcd",
    )
    assert judged(heard, over=False).state is State.PENDING


def test_a_third_member_that_says_nothing_may_have_been_cut_off_too() -> None:
    assert judged(WELL, members=("a", "b", "c")).state is State.BLIND
    assert judged({**WELL, "c": (1.0, 1.0, 1.0)}, members=("a", "b", "c")).state is State.MET


def test_what_is_not_met_is_so_whether_the_fault_was_seen_or_not() -> None:
    for state in (State.BROKEN, State.PENDING, State.BLIND):
        own = replace(MET, state=state)
        assert judged({}, own) == judged(WELL, own) == own
