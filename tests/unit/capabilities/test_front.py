"""A front: what is planned of it, what is refused, what a timeline must show of users."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, Refused, plan
from seatrial.capabilities.failover.users import judges
from seatrial.capabilities.failover.users.place import fronts
from seatrial.capabilities.failover.users.watch import whole
from seatrial.contract.action import AlterFile, Follow, Kill, Misprint
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.problem import Problem

Found = Callable[[str], "tuple[Problem, ...]"]
NAME, PAGE = "gateway-front", "lead-gateway"
_REGIONS = "regions: {eu: {home: true}, us: {}}\n"


def in_two(shop: str, front: str = "{}", store: str = "") -> str:
    found = shop.replace("exposed: true", f"exposed: true\n    front: {front}")
    return found.replace("owner: data}", f"owner: data{store}}}") + _REGIONS


def planned_in(folder: Path, text: str) -> Plan:
    file = folder / "seatrial.yaml"
    file.write_text(text, encoding="utf-8")
    return plan(file, LocalRuntime("shop", folder))


@pytest.fixture
def two(tmp_path: Path, shop: str) -> Plan:
    """The shop in two regions, with a front before its gateway."""
    return planned_in(tmp_path, in_two(shop))


def named(found: Plan, name: str) -> Workload:
    return next(each for each in found.workloads if each.name == name)


# -- what is planned ---------------------------------------------------------------------------


def test_users_come_in_at_one_address_that_leads_to_each_region(two: Plan) -> None:
    front = named(two, NAME)
    (config,) = front.files
    for each in ("gateway", "gateway-us"):
        endpoint = two.placement.endpoint(each, "http")
        assert f"server {each}-0 {endpoint} check port {endpoint.port}" in config.text
        assert each in front.after
    assert "http-check send meth GET uri '/readyz'" in config.text
    assert config.text.index("region-eu") < config.text.index("region-us")  # home first
    assert front.region == "us"  # it is not lost with home
    assert front.secrets == (NAME,)  # whoever gives an order shows it
    assert all(volume.durable for volume in front.volumes)  # an order outlives `down`


def test_what_users_see_is_seen_through_the_front(two: Plan) -> None:
    address = two.placement.via("prober", NAME, "http")[0]
    for each in ("prober", "prober-us"):
        (journey,) = json.loads(named(two, each).files[0].text)["journeys"]
        assert journey["bases"] == [f"http://{two.placement.via(each, NAME, 'http')[0]}"]
        assert "entry" not in journey
    assert address.host != two.placement.of("gateway")[0].address


def test_without_a_front_users_come_in_where_they_did(tmp_path: Path, shop: str) -> None:
    found = planned_in(tmp_path, shop + _REGIONS)
    assert not any(each.name == NAME for each in found.workloads)
    journeys = json.loads(named(found, "prober").files[0].text)["journeys"]
    assert {each["entry"] for each in journeys} == {"eu", "us"}


def test_where_it_leads_is_told_and_what_is_wrong_with_that_alerts(two: Plan) -> None:
    told = {each.job: each.path for each in two.declarations.targets if each.workload == NAME}
    assert told == {NAME: "/metrics", f"{NAME}-leads": "/leads"}
    alerts = {each.name: each for each in two.declarations.alerts if "front_leads" in each.expr}
    assert alerts.keys() == {"TrafficElsewhere", "NoRegionTakesUsers"}
    assert all(each.test is not None for each in alerts.values())
    assert 'at!~"eu|-"' in alerts["TrafficElsewhere"].expr


# -- drills ------------------------------------------------------------------------------------


def test_a_region_is_left_by_the_page_before_it_is_stopped(two: Plan) -> None:
    scenario = next(each for each in two.scenarios() if each.name == "drain-gateway")
    *_, follow, kill = scenario.injections[0].actions
    assert isinstance(follow, Follow)
    assert (follow.page, follow.workload, kill) == (PAGE, NAME, Kill(workload="gateway"))
    assert follow.undo[-1][-2:] == ("--auto", "--yes")
    (procedure,) = [each for each in two.declarations.procedures if each.name == PAGE]
    assert procedure.steps[-1].argv[-3:] == ("--drain", "eu", "--yes")
    assert procedure.expectation == "drained/drain-gateway"


def test_where_a_store_is_moved_users_are_seen_in_that_drill(tmp_path: Path, shop: str) -> None:
    for store, lost in ((", failover: {region: us}", "database"), ("", "gateway")):
        found = planned_in(tmp_path, in_two(shop, store=store))
        names = [each.name for each in found.scenarios() if each.name.startswith("region-lost-")]
        assert names == [f"region-lost-{lost}"]
        served = [e for e in found.expectations(found.scenarios()) if e.name.startswith("served/")]
        assert [each.scenario for each in served] == names


def test_each_proof_has_a_defect_of_its_own(two: Plan) -> None:
    own = {each.name: each.control for each in two.expectations(two.scenarios())}
    (altered,) = own["served/region-lost-gateway"].actions
    assert isinstance(altered, AlterFile)
    assert " check port " not in altered.text
    assert " check port " in named(two, NAME).files[0].text
    (misprint,) = own["drained/drain-gateway"].actions
    assert isinstance(misprint, Misprint)
    assert (misprint.old, misprint.new) == ("--drain eu", "--drain us")


@pytest.mark.parametrize(
    ("orders", "steady", "told"),
    [
        (("none", "none"), 1, None),
        (("drain", "none"), 1, "users of gateway are led by order: eu is drain"),
        (("none", "none"), 0, "gateway has not been ready in us for long enough"),
    ],
)
def test_a_drill_begins_with_users_at_home_and_no_order(
    two: Plan, orders: tuple[str, str], steady: int, told: str | None
) -> None:
    (front,) = fronts(two.system, ("eu", "us"))
    seen = {
        region: {"order": order, "ready": 1, "steady": ready, "busy": 0}
        for region, order, ready in (("eu", orders[0], 1), ("us", orders[1], steady))
    }
    condition = whole(front)
    body = json.dumps({"takes": "eu", "regions": seen}).encode()
    assert condition.holds(condition.watch.parse(1.0, body)) == told


# -- what the file says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "code", "words"),
    [
        ("{within: 0s}", "ST7207", "write 1s to 10m"),
        ("{stable: 1s}", "ST7207", "write 2s to 10m"),
        ("{stabel: 20s}", "ST7207", "stabel"),
        ("{within: soon}", "ST13", "soon"),
    ],
)
def test_what_is_wrong_with_a_front_is_told(
    problems: Found, shop: str, front: str, code: str, words: str
) -> None:
    (found,) = [each for each in problems(in_two(shop, front)) if each.code[:4] in {"ST13", "ST72"}]
    assert found.code.startswith(code)
    assert words in f"{found.summary}; {found.cure}"
    assert found.place is not None
    assert found.cure


def test_a_front_without_users_or_a_second_region_is_told(problems: Found, shop: str) -> None:
    alone = in_two(shop).removesuffix(_REGIONS)
    hidden = in_two(shop).replace("exposed: true", "exposed: false")
    unpromised = in_two(shop) + "promises: [R21]\n"
    for text, words in (
        (alone, "is run in home alone"),
        (hidden, "users do not reach it"),
        (unpromised, "is run in eu alone"),
    ):
        (found,) = [each for each in problems(text) if each.code[:4] == "ST72"]
        assert (found.code, words in found.summary) == ("ST7208", True), found


def test_where_no_front_can_run_it_is_refused(planned: Callable[..., Plan], shop: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(in_two(shop))
    (found,) = [each for each in refused.value.problems if each.code[:4] == "ST72"]
    assert (found.code, "gateway has a front" in found.summary) == ("ST7209", True)


# -- judges ------------------------------------------------------------------------------------


def runs(**more: Any) -> dict[str, Any]:
    well = {"known": 9.9, "ok": 200, "failed": 0, "longest": 0.4, "open": 0.1, "faults": {}}
    return well | more


def judged(
    judge: Judge,
    *,
    over: bool = True,
    at: float = 60.0,
    status: int = 0,
    steps: tuple[str, ...] = ("inject",),
    **told: Any,
) -> Judgement:
    seen = [
        *(Observation(at=10.0, source="drill", kind="step", subject=each) for each in steps),
        Observation(
            at=20.0,
            source="page",
            kind="followed",
            subject=PAGE,
            value=status,
            text=json.dumps({"command": "seatrial traffic --yes", "seconds": 2.0, "said": "no"}),
        ),
    ]
    if told:
        text = json.dumps(told)
        seen.append(Observation(at=at, source="users", kind="served", subject="", text=text))
    return judge(Timeline().adding(seen), at, over)


SERVED = judges.served({"read": 15.0, "book": 900.0})
DRAINED = judges.drained(("read", "book"), PAGE)


@pytest.mark.parametrize("judge", [SERVED, DRAINED])
def test_without_a_word_of_the_prober_nothing_is_known(judge: Judge) -> None:
    assert judged(judge).state is State.BLIND
    assert judged(judge, read=runs()).state is State.BLIND
    assert judged(judge, read=runs(), book=runs(known=10.5)).state is State.BLIND


def test_reads_are_bounded_by_the_front_and_writes_by_the_store() -> None:
    told = judged(SERVED, over=False, read=runs(longest=3.0), book=runs(longest=20.0))
    assert (told.state, told.reason) == (State.MET, "no read for 3.0 s, no book for 20.0 s")
    broken = judged(SERVED, over=False, read=runs(longest=16.0, faults={"503": 9}), book=runs())
    assert (broken.state, broken.reason) == (
        State.BROKEN,
        "for 16.0 s no read went well, 15 s may be: 503",
    )
    # before it could have been felt, nothing is met
    assert judged(SERVED, over=False, at=30.0, read=runs(), book=runs()).state is State.PENDING
    ill = {"read": runs(), "book": runs(open=8.0)}
    assert judged(SERVED, over=False, **ill).state is State.PENDING
    assert judged(SERVED, **ill).state is State.BROKEN


def test_of_a_planned_drain_no_run_may_fail_and_some_must_be_seen() -> None:
    assert judged(DRAINED, read=runs(), book=runs()).state is State.MET
    assert judged(DRAINED, over=False, read=runs(), book=runs()).state is State.PENDING
    back = judged(DRAINED, over=False, steps=("inject", "undo"), read=runs(), book=runs())
    assert back.state is State.MET  # nothing is to be waited for but the time to be led back
    one = judged(DRAINED, over=False, read=runs(failed=1, faults={"reset": 1}), book=runs())
    assert (one.state, one.reason) == (State.BROKEN, "1 of 401 runs failed: reset")
    few = judged(DRAINED, read=runs(ok=3), book=runs(ok=2))
    assert few.state is State.BLIND
    page = judged(DRAINED, over=False, status=2, read=runs(), book=runs())
    assert (page.state, "ended with 2" in page.reason) == (State.BROKEN, True)
