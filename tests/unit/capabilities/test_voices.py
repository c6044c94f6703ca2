"""What must be seen where nobody looks any more, or one region alone sees nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import yaml
from timelines import START, step

from seatrial.app.plan import Plan
from seatrial.capabilities.synthetics.judges import CHECKED, FAILED, firing, outvoted
from seatrial.contract.action import AlterFile, CutEdge, Kill
from seatrial.contract.scenario import Expectation, Scenario, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus import votes

REGIONS = "regions: {eu: {home: true}, us: {}, asia: {}}\n"
CHECKS = "synthetics: {checks: {deep: {kind: http, service: api}}}\n"
PAGES = frozenset({("JourneyFailing", "buy")})
JUDGE, RIPE = outvoted("asia", PAGES, lasts=60.0, blind="RegionBlind")


def alert(at: float, name: str, *, region: str = "asia", text: str = "firing") -> Observation:
    return Observation(
        at=START + at, source="prometheus", kind="alert", subject=name, text=text,
        labels={"service": "buy", "region": region},
    )  # fmt: skip


def failed(at: float, region: str = "asia") -> Observation:
    return Observation(
        at=START + at + 2, source="prometheus", kind="sample", subject="runs", value=START + at,
        labels={"__name__": FAILED, "region": region},
    )  # fmt: skip


def timeline(*found: Observation) -> Timeline:
    return Timeline().adding((step("inject", START), *found))


def state(*found: Observation, over: bool = False) -> State:
    return JUDGE(timeline(*found), START + 99, over).state


def test_a_cut_region_is_told_and_nobody_is_paged() -> None:
    seen = failed(5), alert(50, "RegionBlind")
    assert state(*seen) is State.PENDING
    assert not RIPE(timeline(*seen))
    whole = *seen, failed(61)
    assert RIPE(timeline(*whole))
    assert state(*whole) is State.MET


def checked(at: float, value: float) -> Observation:
    return replace(failed(at), value=value, labels={"__name__": CHECKED, "region": "asia"})


def test_where_nothing_but_checks_is_asked_a_failed_one_shows_the_cut() -> None:
    told = alert(50, "RegionBlind")
    assert state(checked(5, 1.0), told, checked(61, 1.0), over=True) is State.BROKEN
    assert state(checked(5, 0.0), told, checked(61, 0.0)) is State.MET


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ((failed(5), alert(30, "JourneyFailing", region="eu")), "JourneyFailing fired 30.0 s"),
        ((failed(5), failed(61)), "RegionBlind did not fire for asia"),
        ((failed(5), alert(50, "RegionBlind", region="us"), failed(61)), "did not fire for asia"),
        ((failed(5, "us"), alert(50, "RegionBlind"), failed(61, "us")), "it was not cut off"),
        ((failed(5), alert(20, "RegionBlind")), "it lasted only"),
    ],
)
def test_what_breaks_it(found: tuple[Observation, ...], reason: str) -> None:
    judged = JUDGE(timeline(*found), START + 99, True)  # noqa: FBT003 - Judge
    assert judged.state is State.BROKEN
    assert reason in judged.reason


def test_where_prometheus_is_not_heard_nothing_is_known() -> None:
    assert state(over=True) is State.BLIND
    assert firing("ProberDown", within=60)(timeline(), 0.0, True).state is State.BLIND  # noqa: FBT003


def test_an_alert_must_fire_in_time() -> None:
    judge = firing("ProberDown", within=60.0)
    pending = alert(10, "ProberDown", text="pending")
    assert judge(timeline(pending), 0.0, False).state is State.PENDING  # noqa: FBT003
    assert judge(timeline(pending), 0.0, True).state is State.BROKEN  # noqa: FBT003
    assert judge(timeline(alert(40, "ProberDown")), 0.0, False).state is State.MET  # noqa: FBT003
    assert judge(timeline(alert(70, "ProberDown")), 0.0, False).state is State.BROKEN  # noqa: FBT003


def own(found: Plan) -> tuple[dict[str, Scenario], dict[str, Expectation]]:
    scenarios = {
        each.name: each
        for each in found.scenarios()
        if each.name == "prober-dead" or each.name.startswith("region-")
    }
    told = found.expectations(tuple(scenarios.values()))
    named = {each.name: each for each in told if each.name.startswith(("told/", "outvoted/"))}
    return scenarios, named


def test_one_region_has_nobody_to_disagree_with(planned: Callable[..., Plan], shop: str) -> None:
    scenarios, expected = own(planned(shop))
    assert list(scenarios) == ["prober-dead"]
    assert scenarios["prober-dead"].injections[0].actions == (Kill(workload="prober"),)
    (silent,) = expected["told/prober-dead"].control.actions
    assert isinstance(silent, AlterFile)
    assert "ProberDown" not in silent.text
    assert own(planned(shop, "production")) == ({}, {})


def test_the_last_region_is_cut_off_wholly_and_in_part(
    planned: Callable[..., Plan], shop: str
) -> None:
    scenarios, expected = own(planned(shop + REGIONS + CHECKS))
    assert set(scenarios) == {"prober-dead", "region-cut-asia", "region-partly-cut-asia"}
    cuts = {
        name: {each.target for each in scenarios[name].injections[0].actions
               if isinstance(each, CutEdge) and each.source == "prober-asia"}
        for name in ("region-cut-asia", "region-partly-cut-asia")
    }  # fmt: skip
    gateways = {"gateway", "gateway-us", "gateway-asia"}
    assert cuts == {
        # from every region's own
        "region-cut-asia": {*gateways, "api", "api-us", "api-asia", "drill-certificate"},
        "region-partly-cut-asia": gateways,
    }
    for name, spared in (("region-cut-asia", 0), ("region-partly-cut-asia", 1)):
        (hasty,) = expected[f"outvoted/{name}"].control.actions
        assert isinstance(hasty, AlterFile)
        rules = {
            each["record"]: each["expr"]
            for group in yaml.safe_load(hasty.text)["groups"]
            for each in group["rules"]
        }
        assert rules[votes.QUORUM].startswith("clamp_max(")
        assert rules[votes.BLIND].endswith("* 0") != bool(spared)


def test_without_another_sight_a_part_is_the_whole(planned: Callable[..., Plan], shop: str) -> None:
    assert set(own(planned(shop + REGIONS))[0]) == {"prober-dead", "region-cut-asia"}


@pytest.mark.parametrize(
    "check",
    ["kind: tcp, service: api", "kind: icmp, service: api", "kind: dns, target: shop.example"],
)
def test_a_region_that_goes_on_seeing_something_is_not_blinded(
    planned: Callable[..., Plan], shop: str, check: str
) -> None:
    text = f"{shop}{REGIONS}synthetics: {{checks: {{deep: {{{check}}}}}}}\n"
    assert set(own(planned(text))[0]) == {"prober-dead", "region-partly-cut-asia"}
