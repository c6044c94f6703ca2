"""Announced maintenance: who is told of nothing meanwhile, and what counts for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as some
from timelines import CHANNELS, START, answered, page, step

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting.judges import Wanted
from seatrial.capabilities.alerting.render import configuration
from seatrial.capabilities.alerting.routes import Clock
from seatrial.capabilities.alerting.windowed import held_until
from seatrial.capabilities.alerting.windows import intervals
from seatrial.capabilities.metrics.journeys import carried
from seatrial.capabilities.synthetics.accounted import exclusions
from seatrial.capabilities.synthetics.announced import windows
from seatrial.capabilities.synthetics.uncounted import uncounted
from seatrial.contract.action import AlterFile, Kill, Request
from seatrial.contract.declaration import Window
from seatrial.contract.scenario import Scenario, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.sla.account import Span
from seatrial.system.problem import Problem

MINUTE, DAY = 60, 86400
SPAN = "from: 2026-12-01T22:00:00Z, until: 2026-12-02T02:30:00Z, reason: a new disk"


def section(**named: str) -> str:
    """A section with these windows: each with what it concerns."""
    found = "".join(f"    {name}: {{{SPAN}{what}}}\n" for name, what in named.items())
    return f"synthetics:\n  maintenance:\n{found}"


def within(interval: Mapping[str, Any], at: datetime) -> bool:
    """Whether Alertmanager's time interval holds then, as its documentation says."""
    first, _, last = interval["days_of_month"][0].partition(":")
    days = range(int(first), int(last or first) + 1)
    clock = f"{at:%H:%M}"
    times = interval.get("times", [{"start_time": "00:00", "end_time": "24:00"}])
    return (
        interval["years"] == [str(at.year)]
        and interval["months"] == [str(at.month)]
        and at.day in days
        and any(each["start_time"] <= clock < each["end_time"] for each in times)
    )


@given(
    begin=some.integers(0, 4 * 366 * DAY // MINUTE),
    lasts=some.integers(1, 70 * DAY // MINUTE),
    ask=some.integers(-3 * DAY // MINUTE, 73 * DAY // MINUTE),
)
@example(begin=0, lasts=DAY // MINUTE, ask=0)
@example(begin=0, lasts=DAY // MINUTE, ask=DAY // MINUTE)
@example(begin=30 * DAY // MINUTE, lasts=2 * DAY // MINUTE, ask=DAY // MINUTE)
def test_a_dated_window_holds_from_its_first_minute_until_its_last(
    begin: int, lasts: int, ask: int
) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + begin * MINUTE
    window = Window(name="w", spans=((since, since + lasts * MINUTE),))
    at = datetime.fromtimestamp(since + ask * MINUTE, UTC)
    found = [each for each in intervals(window) if within(each, at)]
    assert len(found) == (0 <= ask < lasts)


def config(found: Plan, **more: Any) -> Any:
    return yaml.safe_load(configuration(found.contexts["alerting"], **more))


def held(document: Any, **labels: str) -> list[str]:
    """The mute times of the first route that takes an alert; written for these routes alone."""

    def takes(matcher: str) -> bool:
        for how in ("!=", "=~", "="):
            key, found, value = matcher.partition(how)
            if found:
                own, values = labels.get(key, ""), value.strip('"').split("|")
                return own not in values if how == "!=" else own in values
        raise AssertionError(matcher)

    for each in document["route"]["routes"]:
        if all(takes(one) for one in each["matchers"]):
            found = each.get("mute_time_intervals", [])
            assert isinstance(found, list)
            return found
    return []


PAGE = {"team": "web", "severity": "page", "tier": "outage", "alertname": "ServiceDown"}


def test_a_window_holds_back_its_subjects_and_the_journeys_through_them(
    planned: Callable[..., Plan], shop: str
) -> None:
    document = config(planned(shop + section(disk=", stores: [database]"), "production"))
    store = {**PAGE, "team": "data", "alertname": "StoreDown"}
    assert held(document, **store, service="database") == ["maintenance/disk"]
    assert held(document, **PAGE, service="buy") == ["maintenance/disk"]
    assert held(document, **PAGE, service="api") == []
    assert held(document, **{**PAGE, "tier": "security"}, service="buy") == []
    (hours,) = document["time_intervals"]
    assert hours == {
        "name": "maintenance/disk",
        "time_intervals": [
            {
                "years": ["2026"], "months": ["12"], "days_of_month": ["1"],
                "times": [{"start_time": "22:00", "end_time": "24:00"}],
            },
            {
                "years": ["2026"], "months": ["12"], "days_of_month": ["2"],
                "times": [{"start_time": "00:00", "end_time": "02:30"}],
            },
        ],
    }  # fmt: skip


def test_a_window_of_all_holds_back_whatever_has_a_team_and_what_has_none(
    planned: Callable[..., Plan], shop: str
) -> None:
    text = shop + section(move="", disk=", services: [api]")
    document = config(planned(text, "production"))
    assert held(document, **PAGE, service="gateway") == ["maintenance/move"]
    assert held(document, **PAGE, service="api") == ["maintenance/move", "maintenance/disk"]
    assert held(document, severity="page", service="host") == ["maintenance/move"]
    for service in ("api", "host"):
        assert held(document, **{**PAGE, "tier": "security"}, service=service) == []
    # the beat goes on, or the watchdog would take it for the end of the alerting path
    first = document["route"]["routes"][0]
    assert first["receiver"] == "watchdog"
    assert "mute_time_intervals" not in first


def test_the_receiver_and_the_teams_own_mute_times_stay(
    planned: Callable[..., Plan], shop: str
) -> None:
    mute = "alerting: {mute: {nights: {times: ['00:00-06:00']}}}\n"
    document = config(planned(shop + mute + section(disk=", services: [api]"), "production"))
    ticket = {**PAGE, "severity": "ticket"}
    assert held(document, **ticket, service="api") == ["nights", "maintenance/disk"]
    assert held(document, **ticket, service="gateway") == ["nights"]
    own = [each for each in document["route"]["routes"] if each["receiver"] == "web-ticket"]
    assert len({json.dumps(each["group_by"]) for each in own}) == 1


def test_a_rehearsal_is_what_it_is_without_windows(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + section(disk=", services: [api]"))
    assert config(found) == config(planned(shop))
    assert "maintenance" not in json.dumps(plan_of(found))
    # amtool is shown them nevertheless
    assert "maintenance/disk" in configuration(found.contexts["alerting"], clock=Clock.DECLARED)


def plan_of(found: Plan) -> Any:
    (prober,) = (each for each in found.workloads if each.name == "prober")
    (text,) = (each.text for each in prober.files if each.path == "journeys.json")
    return json.loads(text)


SPANS = [[1796162400.0, 1796178600.0]]


def test_nobody_walks_what_is_in_maintenance(planned: Callable[..., Plan], shop: str) -> None:
    one = plan_of(planned(shop + section(disk=", stores: [database]"), "production"))
    assert [each["maintenance"] for each in one["journeys"]] == [SPANS]
    other = "  look:\n    owner: web\n    start: gateway\n    steps: [{get: /}]\n"
    text = shop.replace("slos:\n", f"{other}slos:\n") + section(disk=", journeys: [look]")
    found = planned(text, "production")
    walked = {each["name"]: each.get("maintenance") for each in plan_of(found)["journeys"]}
    assert walked == {"buy": None, "look": SPANS}
    away = carried(
        found.system, {"gateway": "https://shop.example"}, (), rehearsal=False, run=("",),
        windows=found.declarations.windows,
    )  # fmt: skip
    told = {each["name"]: each.get("maintenance") for each in json.loads(away)["journeys"]}
    assert told == {"buy": None, "look": SPANS}


@pytest.mark.parametrize(
    ("concerns", "journeys"),
    [
        ("", ("buy",)),
        (", services: [api]", ("buy",)),
        (", stores: [spare]", ()),
        (", stores: [spare], journeys: [buy]", ("buy",)),
    ],
)
def test_the_sla_leaves_out_what_the_window_concerns(
    planned: Callable[..., Plan], shop: str, concerns: str, journeys: tuple[str, ...]
) -> None:
    spare = '  spare: {engine: redis, version: "7", owner: data}\n'
    found = planned(shop.replace("stores:\n", f"stores:\n{spare}") + section(w=concerns))
    settings = found.contexts["synthetics"].settings
    (left,) = exclusions(found.system, settings, Span(begin=SPANS[0][0], end=SPANS[0][1]))
    assert left.journeys == journeys
    (window,) = windows(found.system, settings)
    assert window.spans == (tuple(SPANS[0]),)
    assert window.concerns("anything") is (not concerns)


def test_a_window_that_comes_again_is_one_for_everybody(
    planned: Callable[..., Plan], shop: str
) -> None:
    weekly = ", stores: [database], every: 7d, last: 2026-12-20"
    found = planned(shop + section(disk=weekly), "production")
    (hours,) = config(found)["time_intervals"]
    begun = [each for each in hours["time_intervals"] if each["times"][0]["end_time"] == "24:00"]
    assert [each["days_of_month"] for each in begun] == [["1"], ["8"], ["15"]]
    week = 7.0 * DAY
    spans = [[at + number * week for at in SPANS[0]] for number in range(3)]
    assert plan_of(found)["journeys"][0]["maintenance"] == spans
    second = Span(begin=spans[1][0] + MINUTE, end=spans[2][0])
    (left,) = exclusions(found.system, found.contexts["synthetics"].settings, second)
    assert [left.span.begin, left.span.end] == spans[1]


@pytest.mark.parametrize(
    ("concerns", "cure"),
    [(", services: [gatewey]", "gateway"), (", stores: [databse]", "database")],
)
def test_st6110_a_window_of_nothing(
    problems: Callable[[str], tuple[Problem, ...]], shop: str, concerns: str, cure: str
) -> None:
    (found,) = problems(shop + section(disk=concerns))
    assert found.code == "ST6110"
    assert cure in found.cure


def test_a_window_is_of_whole_minutes(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    (found,) = problems(shop + section(disk="").replace("22:00:00Z", "22:00:30Z"))
    assert "2026-12-01T22:00:00+00:00" in found.summary


def drill(found: Plan) -> Scenario:
    (scenario,) = (each for each in found.scenarios() if each.name == "maintenance")
    return scenario


def test_the_drill_strikes_in_the_window_beside_it_and_after_it(reference: Plan) -> None:
    first, last = drill(reference).injections
    struck, other = (each.workload for each in first.actions if isinstance(each, Kill))
    assert last.actions == (Kill(workload=struck),)
    assert (struck, other) == ("worker", "gateway")
    (altered,) = (each for each in first.actions if isinstance(each, AlterFile))
    muted = held(
        yaml.safe_load(altered.text), team="data", severity="page", service=struck, tier="outage"
    )
    assert muted == ["maintenance/drill"]
    asked = [each for each in first.actions if isinstance(each, Request)]
    assert [json.loads(each.body)["journey"] for each in asked] == ["run-a-workflow"]
    # what mends comes before the end of the window
    assert first.actions[0] == altered
    told = {each.name: each for each in reference.expectations((drill(reference),))}
    assert {"muted/maintenance", "uncounted/maintenance"} <= set(told)
    control = told["muted/maintenance"].control
    assert control.late
    (without,) = control.actions
    assert isinstance(without, AlterFile)
    assert without.text == configuration(reference.contexts["alerting"])


HELD = Wanted(
    labels={"alertname": "ServiceDown", "service": "api"}, receiver="web-page", target=60.0
)
FREE = Wanted(
    labels={"alertname": "ServiceDown", "service": "worker"}, receiver="data-page", target=60.0
)
JUDGE, RIPE = held_until(HELD, FREE)
END = START + 45


def routed(at: float, by: str = "mute") -> Observation:
    return Observation(
        at=at, source="alertmanager", kind="routed", subject="ServiceDown", text="suppressed",
        labels={"service": "api", "held_by": by},
    )  # fmt: skip


def pages(at: float, service: str = "api", receiver: str = "web-page") -> tuple[Observation, ...]:
    return tuple(page(at, each, service=service, receiver=receiver) for each in CHANNELS)


OTHER = pages(START + 20, "worker", "data-page")
WHOLE = (routed(START + 18), routed(START + 40), step("undo", END), *OTHER)


def judged(*seen: Observation, over: bool = True, now: float = END + 100) -> tuple[State, str]:
    found = JUDGE(
        Timeline().adding((step("inject", START), *seen, answered(START + 400))), now, over
    )
    return found.state, found.reason


def test_a_window_is_met_by_silence_in_it_and_a_page_after_it() -> None:
    state, reason = judged(*WHOLE, *pages(END - 1))
    assert state is State.MET, reason
    assert judged(*WHOLE, *pages(END + 20))[0] is State.MET


@pytest.mark.parametrize(
    ("seen", "state", "reason"),
    [
        ((*WHOLE, *pages(START + 25)), State.BROKEN, "paged 25 s into its window"),
        (pages(START + 25), State.BROKEN, "paged 25 s into its window"),
        ((*WHOLE, *pages(START + 38)), State.BROKEN, "paged 38 s into its window"),
        (WHOLE, State.BROKEN, "did not page by pagerduty, slack, email when"),
        ((*WHOLE[:3], *pages(END)), State.BROKEN, "worker, which has no window, did not page"),
        ((*WHOLE[2:], *pages(END)), State.BLIND, "no mute time was seen"),
        (
            (routed(START + 18, "inhibition"), *WHOLE[2:], *pages(END)),
            State.BLIND,
            "no mute time was seen",
        ),
        (
            (*WHOLE, *pages(END), page(END, alert="JourneyFailing", service="buy")),
            State.BROKEN,
            "JourneyFailing of buy also paged",
        ),
    ],
)
def test_what_breaks_a_window(seen: tuple[Observation, ...], state: State, reason: str) -> None:
    found = judged(*seen)
    assert found[0] is state
    assert reason in found[1]


def test_the_fault_lasts_until_it_was_seen() -> None:
    begun = (step("inject", START),)
    assert not RIPE(Timeline())
    assert not RIPE(Timeline().adding((*begun, *OTHER)))
    assert not RIPE(Timeline().adding((*begun, routed(START + 18))))
    assert RIPE(Timeline().adding((*begun, routed(START + 18), *OTHER)))
    assert not RIPE(Timeline().adding((*begun, *WHOLE)))
    assert RIPE(Timeline().adding((*begun, *WHOLE, *pages(END + 5))))
    assert judged(*WHOLE[:2], *OTHER, over=False, now=START + 40)[0] is State.PENDING
    dark = JUDGE(Timeline().adding((*begun, *WHOLE, *pages(END + 5))), END + 9, True)  # noqa: FBT003
    assert dark.state is State.BLIND


def counted(at: float, closed: float, runs: float) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            at=START + at, source="prometheus", kind="sample", subject="counted", value=value,
            labels={"__name__": name, "journey": "buy"},
        )
        for name, value in (("journey_maintenance", closed), ("journey_requests_total", runs))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (((2, 0, 7), (6, 1, 9), (10, 1, 9), (28, 1, 9)), State.MET),
        (((2, 0, 7), (6, 1, 9), (10, 1, 10), (28, 1, 10)), State.BROKEN),
        (((2, 0, 7), (6, 0, 9), (28, 0, 12)), State.BROKEN),
        (((2, 1, 7), (6, 0, 9), (28, 0, 12)), State.BROKEN),
        (((2, 1, 7), (6, 0, 7), (28, 1, 7)), State.BROKEN),
        (((2, 1, 7),), State.BLIND),
        # on the way back
        (((2, 1, 7), (28, 1, 7), (40, 0, 9)), State.MET),
    ],
)
def test_what_counts_in_a_window(
    seen: tuple[tuple[float, float, float], ...], state: State
) -> None:
    told = [one for each in seen for one in counted(*each)]
    whole = Timeline().adding((step("inject", START), *told))
    judge = uncounted(frozenset({"buy"}))
    assert judge(whole, END, False).state is State.PENDING  # noqa: FBT003
    assert judge(whole, END, True).state is State.BLIND  # noqa: FBT003
    over = whole.adding((step("undo", END),))
    assert judge(over, END, False).state is state  # noqa: FBT003
