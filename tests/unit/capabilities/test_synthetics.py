import json
from collections.abc import Callable
from typing import Any

import pytest
from timelines import START, step

from seatrial.app.plan import Plan
from seatrial.capabilities.synthetics.judges import FAILED, PATIENCE, SUCCEEDED, ripe, seen
from seatrial.contract.declaration import AlertRule, Severity
from seatrial.contract.scenario import Expectation, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.daemons.prober import read
from seatrial.engines.prometheus import votes
from seatrial.system.problem import Problem

JUDGE = seen(frozenset({"buy"}), frozenset({("JourneyFailing", "buy")}))


def run(metric: str, ended: float, *, journey: str = "buy", told: float = 0.0) -> Observation:
    return Observation(
        at=told or ended + 3,
        source="prometheus",
        kind="sample",
        subject="runs",
        value=ended,
        labels={"__name__": metric, "journey": journey},
    )


def alert(at: float, name: str = "JourneyFailing", service: str = "buy") -> Observation:
    return Observation(
        at=at,
        source="prometheus",
        kind="alert",
        subject=name,
        text="firing",
        labels={"service": service},
    )


def state(*found: Observation, over: bool = False) -> tuple[State, str]:
    judged = JUDGE(Timeline().adding((step("inject", START), *found)), START + 99, over)
    return judged.state, judged.reason


def test_a_failed_run_is_seen_before_the_page() -> None:
    timeline = Timeline().adding(
        (step("inject", START), run(FAILED, START + 5.5), alert(START + 20))
    )
    judged = JUDGE(timeline, START + 30, False)  # noqa: FBT003 - Judge's protocol
    assert judged.state is State.MET
    assert [(each.name, each.value) for each in judged.figures] == [
        ("fault to failed run", 5.5),
        ("ahead of the page", 14.5),
    ]


def test_a_page_that_comes_first_is_no_proof() -> None:
    assert state(alert(START + 20))[0] is State.BROKEN
    found = state(alert(START + 20), run(FAILED, START + 22, told=START + 24))
    assert found == (State.BROKEN, "JourneyFailing fired 2.0 s before a run of buy failed")


def test_other_alerts_and_older_failures_say_nothing() -> None:
    old = run(FAILED, START - 1), run(FAILED, START + 4, journey="look")
    assert state(*old, alert(START + 20, "ServiceDown", "api"))[0] is State.PENDING


def test_what_nobody_felt_needs_runs_that_went_well() -> None:
    assert state(run(SUCCEEDED, START + 5), over=True) == (
        State.MET,
        "nobody felt it: runs went well under the fault",
    )
    # a prober that hangs: its last word is from before the fault
    assert state(run(SUCCEEDED, START - 1), over=True)[0] is State.BROKEN
    assert state(over=True)[0] is State.BLIND


def test_what_is_told_after_the_repair_was_not_seen_under_the_fault() -> None:
    woken = step("undo", START + 6), run(FAILED, START + 5.9, told=START + 6.5)
    assert state(*woken, over=True)[0] is State.BROKEN


def test_the_fault_lasts_until_a_run_failed_or_patience_ends() -> None:
    enough = ripe(frozenset({"buy"}))
    begun = Timeline().adding((step("inject", START), run(SUCCEEDED, START - 1, told=START + 1)))
    assert not enough(Timeline())
    assert not enough(begun)
    assert enough(begun.adding((run(FAILED, START + 5),)))
    late = run(SUCCEEDED, START + 2, told=START + PATIENCE)
    assert enough(begun.adding((late,)))


def looked_at(planned: Plan) -> list[Expectation]:
    found = planned.expectations(planned.scenarios())
    return [each for each in found if each.name.startswith("seen/")]


def test_each_death_on_a_journeys_way_is_looked_at(
    planned: Callable[[str], Plan], shop: str
) -> None:
    found = looked_at(planned(shop))
    assert [each.name for each in found] == [
        "seen/service-down-gateway",
        "seen/service-down-api",
        "seen/store-down-database",
    ]
    one = next(each for each in found if each.name == "seen/service-down-api")
    assert {"services.api", "journeys.buy"} <= set(one.depends)


def test_users_of_a_journey_that_is_rarely_walked_are_seen_by_others_first(
    planned: Callable[[str], Plan], shop: str
) -> None:
    found = looked_at(planned(shop.replace("peak: 5/s", "peak: 1/m")))
    one = next(each for each in found if each.name == "seen/store-down-database")

    def judged(*seen_: Observation) -> State:
        timeline = Timeline().adding((step("inject", START), *seen_))
        return one.judge(timeline, START + 90, False).state  # noqa: FBT003 - Judge

    late = run(FAILED, START + 55)
    assert judged(late) is State.MET
    assert judged(alert(START + 40, "ServiceErrors", "api"), late) is State.BROKEN
    assert judged(alert(START + 40, "ProbeFailing", "gateway"), late) is State.BROKEN
    # what tells of the death, and of nobody's failure
    assert judged(alert(START + 15, "StoreDown", "database"), late) is State.MET
    down = next(each for each in found if each.name == "seen/service-down-gateway")
    own = step("inject", START), alert(START + 15, "ProbeFailing", "gateway"), late
    assert down.judge(Timeline().adding(own), START + 90, False).state is State.MET  # noqa: FBT003


def test_what_is_not_promised_is_not_looked_at(planned: Callable[[str], Plan], shop: str) -> None:
    assert looked_at(planned(shop + "promises: [R01, R03]\n")) == []


NIGHT = "from: 2026-12-01T22:00:00Z, until: 2026-12-01T23:00:00Z, reason: x"
DAYS = NIGHT.replace("until: 2026-12-01", "until: 2026-12-04")


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        ("from: 2026-12-01T22:00:00Z, until: 2026-12-01T21:00:00Z, reason: x", "before it begins"),
        ("from: 2026-12-01 22:00, until: 2026-12-01T21:00:00Z, reason: x", "without a zone"),
        ("from: 2026-12-01T22:00:00Z, reason: x", "field required"),
        (f"{NIGHT}, every: 7d", "for ever; write last: and its last day"),
        (f"{NIGHT}, last: 2027-01-01", "last is for what comes again; write every: 7d"),
        (f"{NIGHT}, timezone: Asia/Tokyo", "timezone is for what comes again"),
        (f"{NIGHT}, every: 36h, last: 2027-01-01", "not in whole days; write 1d"),
        (f"{NIGHT}, every: 90m, last: 2027-01-01", "not in whole days; write 1d"),
        (f"{NIGHT}, every: 1d, last: 2026-11-30", "write a later day"),
        (f"{NIGHT}, every: 1d, last: 2027-12-01", "it comes 366 times, and 104 are kept at most"),
        (f"{NIGHT}, every: 1d, last: 2027-01-01, timezone: Berlin", "not a time zone"),
        (f"{DAYS}, every: 2d, last: 2027-01-01", "write a longer every"),
    ],
)
def test_maintenance_that_cannot_be(
    problems: Callable[[str], tuple[Problem, ...]], shop: str, window: str, wrong: str
) -> None:
    found = problems(f"{shop}synthetics: {{maintenance: {{upgrade: {{{window}}}}}}}\n")
    assert len(found) == 1
    assert wrong in found[0].summary


def test_maintenance_of_an_unknown_journey(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    window = "from: 2026-12-01T22:00:00Z, until: 2026-12-01T23:00:00Z, reason: x, journeys: [bay]"
    (found,) = problems(f"{shop}synthetics: {{maintenance: {{upgrade: {{{window}}}}}}}\n")
    assert found.code == "ST6101"
    assert "buy" in found.cure


CHECKS = """\
synthetics:
  checks:
    page: {kind: http, service: gateway, path: /healthz, contains: well, every: 10s}
    orders: {kind: grpc, service: api, severity: page, every: 10s}
    partner: {kind: tls, target: "api.partner.example:443", days: 21, owner: data}
    name: {kind: dns, target: www.shop.example, answers: [192.0.2.1]}
"""
REGIONS = "regions: {eu: {home: true}, us: {}, asia: {}}\n"


def probing(found: Plan, name: str = "prober") -> Any:
    (prober,) = (each for each in found.workloads if each.name == name)
    text = prober.files[0].text
    read.parse(text)
    return json.loads(text)


def rule(found: Plan, name: str, subject: str, **labels: str) -> AlertRule:
    (one,) = (
        each
        for each in found.declarations.alerts
        if (each.name, each.subject) == (name, subject) and labels.items() <= each.labels.items()
    )
    return one


def test_checks_of_the_file_are_the_probers(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + CHECKS)
    page, orders, partner, name, _drill = probing(found)["checks"]
    (gateway,) = found.placement.of("gateway")
    assert page["targets"] == [f"http://{gateway.address}:8080/healthz"]
    assert len(orders["targets"]) == 2
    assert partner["targets"] == ["api.partner.example:443"]
    assert (name["answers"], name["kind"]) == (["192.0.2.1"], "dns")
    failing = rule(found, "CheckFailing", "api")
    assert (failing.owner, failing.severity, failing.hold) == ("web", Severity.PAGE, 20.0)
    ends = rule(found, "CheckExpires", "partner")
    assert ends.owner == "data"
    assert ends.expr.endswith(f"< {21 * 86400}")
    assert "runbooks/partner.md" in {each.path for each in found.documents}


def test_checks_alone_bring_a_prober(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop[: shop.index("journeys:")] + CHECKS)
    assert probing(found)["journeys"] == []
    assert len(probing(found)["checks"]) == 5  # and that of the drill
    assert [each.subject for each in found.declarations.targets if each.job == "prober"] == [
        "prober"
    ]


def test_without_the_promise_nothing_is_asked(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + REGIONS + CHECKS + "promises: [R01, R03]\n")
    assert "checks" not in probing(found)
    assert not any(each.name == "CheckFailing" for each in found.declarations.alerts)
    assert "prober-us" not in {each.name for each in found.workloads}


def test_a_chain_is_looked_at_without_being_asked_for(
    planned: Callable[..., Plan], shop: str
) -> None:
    tls = shop.replace(
        "    ports: {http: 8080}\n    exposed: true\n",
        "    ports: {https: 8443}\n    exposed: true\n    hostname: shop.example\n",
    )
    chain, _drill = probing(planned(tls))["checks"]
    assert (chain["name"], chain["verify"], chain["host"]) == (
        "gateway-chain", False, "shop.example",
    )  # fmt: skip
    (judged,) = probing(planned(tls, "production"))["checks"]
    assert "verify" not in judged
    own = tls + "synthetics: {checks: {front: {kind: tls, service: gateway}}}\n"
    one, _drill = probing(planned(own))["checks"]
    assert one["name"] == "front"


def test_one_region_has_one_prober_and_no_vote(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + "regions: {eu: {home: true}}\n")
    assert [each.name for each in found.workloads if each.name.startswith("prober")] == ["prober"]
    assert not any(votes.QUORUM in each.expr for each in found.declarations.alerts)


def test_each_region_has_a_prober_with_a_way_of_its_own(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop + REGIONS)
    ways = {
        name: probing(found, name)["journeys"][0]["bases"]
        for name in ("prober", "prober-us", "prober-asia")
    }
    assert len({base for bases in ways.values() for base in bases}) == 3
    assert {each.region for each in found.placement.of("prober-us")} == {"us"}
    assert {each.source for each in found.placement.edges} >= set(ways)
    # nothing is cut in production, so nothing stands between
    real = planned(shop + REGIONS, "production")
    assert not real.placement.edges
    assert (
        probing(real, "prober-us")["journeys"][0]["bases"]
        == (probing(real)["journeys"][0]["bases"])
    )


def test_what_users_see_is_voted_on(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + REGIONS + CHECKS)
    voted = {each.name for each in found.declarations.alerts if votes.QUORUM in each.expr}
    assert voted >= {"JourneyFailing", "CheckFailing", "ErrorBudgetBurnFast"}
    told = rule(found, "JourneyFailing", "buy", entry="us")
    assert told.labels == {"region": "eu", "entry": "us"}
    # until it shows who is blind, nobody may be told
    assert rule(found, "CheckFailing", "api", check="orders-us").hold > votes.WINDOW
    records = {
        each.record: each.expr for group in found.declarations.groups for each in group.records
    }
    assert "floor(" in records[votes.QUORUM]
    two = planned(shop + REGIONS + "synthetics: {quorum: 2}\n")
    exprs = [
        each.expr
        for group in two.declarations.groups
        for each in group.records
        if each.record == votes.QUORUM
    ]
    assert exprs[0].startswith("clamp_max(")
    assert exprs[0].endswith(", 2)")


@pytest.mark.parametrize(
    ("text", "code", "cure"),
    [
        ("quorum: 2", "ST6102", "at most 1"),
        ("checks: {a: {kind: tcp, service: gatewy}}", "ST6103", "gateway"),
        ("checks: {a: {kind: tcp, service: gateway, owner: wep}}", "ST6104", "web"),
        ("checks: {api: {kind: tcp, service: gateway}}", "ST6105", "api-tcp"),
        ("checks: {a: {kind: tcp, service: gateway, port: htp}}", "ST6106", "http"),
        ("checks: {a: {kind: dns, service: gateway}}", "ST6106", "target"),
        ("checks: {a: {kind: tcp, target: 'mail'}}", "ST1308", ""),
        ("checks: {a: {kind: http, target: 'x.example'}}", "ST1308", ""),
        ("checks: {a: {kind: smtp, target: 'x.example:25'}}", "ST1308", ""),
        ("checks: {a: {kind: tcp}}", "ST1308", ""),
        ("checks: {a: {kind: icmp, target: h, status: 200}}", "ST1308", ""),
        ("checks: {a: {kind: icmp, target: h, every: 2s, timeout: 2s}}", "ST1308", ""),
        ("checks: {a: {kind: icmp, target: h, every: 2h}}", "ST1308", ""),
        ("checks: {a: {kind: dns, target: h, server: x}}", "ST1308", ""),
        ("quorum: 0", "ST1308", ""),
    ],
)
def test_a_wrong_setting_has_its_place_and_a_cure(
    problems: Callable[[str], tuple[Problem, ...]], shop: str, text: str, code: str, cure: str
) -> None:
    found = problems(f"{shop}synthetics: {{{text}}}\n")
    told = [each for each in found if each.code == code]
    assert told, found
    assert cure in told[0].cure
    assert told[0].place is not None
    assert told[0].place.line == len(shop.splitlines()) + 1
