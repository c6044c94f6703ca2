"""The states of what is collected, told apart, and what nobody could look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.metrics import judges, persistence
from seatrial.capabilities.metrics.expectations import expected
from seatrial.capabilities.metrics.seed import freshen
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

Planner = Callable[..., Plan]
T0 = 1000.0


def sample(subject: str, value: float, at: float = T0, **labels: str) -> Observation:
    return Observation(
        at=at, source=subject, kind="sample", subject=subject, value=value, labels=labels
    )


def refused(at: float, source: str = "up") -> Observation:
    return Observation(
        at=at, source=source, kind="unreachable", subject="prometheus", text="HTTP 503"
    )


def step(name: str, at: float, text: str = "") -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name, text=text)


def ended(judge: Judge, *seen: Observation) -> Judgement:
    return judge(Timeline().adding(seen), T0 + 600, True)  # noqa: FBT003


def replica(number: int) -> judges.Expected:
    return judges.up(f"api {number}", "up", {"service": "api", "replica": str(number)})


RUNS = judges.fresh("runs ok", "runs", {"outcome": "ok"}, pace="runs:pace")


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ((1.0, 1.0), ""),
        ((0.0, 1.0), "api 0 is deploying"),
        ((0.0, 0.0), "api 0 is dead; api 1 is dead"),
        ((1.0, None), "api 1 is never seen"),
        ((0.0, None), "api 0 is dead; api 1 is never seen"),
    ],
)
def test_replicas_tell_deploying_from_dead_and_never_seen(
    values: tuple[float | None, ...], first: str
) -> None:
    seen = [
        sample("up", value, service="api", replica=str(number))
        for number, value in enumerate(values)
        if value is not None
    ]
    other = sample("up", 1.0, service="web", replica="0")  # another service's, which is up
    judgement = ended(judges.coverage((replica(0), replica(1)), well="well"), *seen, other)
    assert judgement.reason == (first or "well")
    assert judgement.state is (State.BROKEN if first else State.MET)


def test_what_has_no_replicas_is_never_deploying() -> None:
    store = judges.up("database", "up", {"service": "database"})
    judge = judges.coverage((store,), well="well")
    seen = (sample("up", 0.0, service="database"), sample("up", 1.0, service="database", job="b"))
    assert ended(judge, *seen).reason == "database is dead"


@pytest.mark.parametrize(
    ("age", "paces", "reason"),
    [
        (3.0, (0.5,), "well"),
        (3.0, (0.0, 0.5), "well"),  # one of its replicas works
        (3.0, (0.0, 0.0), "well; idle: runs ok"),
        (3.0, (), "well"),  # too young for a rate: not known to be idle
        (99.0, (0.0,), "runs ok is stale"),  # old data says nothing of the pace
    ],
)
def test_a_counter_that_does_not_move_is_idle_and_no_failure(
    age: float, paces: tuple[float, ...], reason: str
) -> None:
    pace = [
        sample("runs:pace", each, outcome="ok", replica=str(number))
        for number, each in enumerate(paces)
    ]
    elsewhere = sample("runs:pace", 0.0, outcome="failed")
    judgement = ended(
        judges.coverage((RUNS,), well="well"), sample("runs", age, outcome="ok"), *pace, elsewhere
    )
    assert judgement.reason == reason
    assert judgement.state is (State.BROKEN if "stale" in reason else State.MET)


def test_many_idle_things_are_counted() -> None:
    things = tuple(judges.fresh(f"m{each}", "m", {"n": str(each)}, pace="p") for each in range(7))
    seen = [sample(subject, 0.0, n=str(each)) for each in range(7) for subject in ("m", "p")]
    judgement = ended(judges.coverage(things, well="well"), *seen)
    assert judgement.reason == "well; idle: m0, m1, m2, m3, m4 and 2 more"
    assert judgement.figures[0].value == 100


def test_only_counters_can_be_idle_and_each_has_its_watch(reference: Plan) -> None:
    context = reference.contexts["metrics"]
    paced = {each.subject: each.pace for each in expected(context) if each.pace}
    assert paced == {"workflow_runs_total": "workflow_runs_total:pace"}
    (coverage,) = [
        each
        for each in reference.expectations(reference.scenarios())
        if each.name == "coverage/all"
    ]
    assert "workflow_runs_total:pace" in {each.name for each in coverage.watches}


STARTED, BACK = step("inject", T0, "Crash prometheus"), step("recovered", T0 + 10)
PERSISTENCE = persistence.persistence(5.0, cause="Crash prometheus", span=600.0)
KNOWN = Observation(
    at=T0 - 2, source="samples", kind="sample", subject="samples", text=f"{T0 - 5:.3f}=1"
)
GOOD = sample("up", 1.0, at=T0 + 20, service="api", replica="0")
STAMPED = Observation(
    at=T0 + 20, source="samples", kind="sample", subject="samples", text=f"{T0 - 5:.3f}=1"
)


@pytest.mark.parametrize(
    ("judge", "seen"),
    [
        (PERSISTENCE, (STARTED, BACK)),
        (PERSISTENCE, (STARTED, BACK, STAMPED)),
        (judges.exploded("bad_total", "host", 60.0), (STARTED,)),
        (judges.exploded("bad_total", "host", 60.0), (STARTED, sample("biggest", 3.0))),
        (judges.coverage((replica(0), replica(1)), well="well"), (GOOD,)),
    ],
    ids=["nothing kept", "nothing new", "never looked", "not named", "coverage"],
)
def test_what_could_not_be_looked_at_is_unknown_and_else_broken(
    judge: Judge, seen: tuple[Observation, ...]
) -> None:
    assert ended(judge, *seen).state is State.BROKEN
    # a failure before the last answer took nothing away
    assert ended(judge, *seen, refused(T0 - 1), sample("other", 1.0)).state is State.BROKEN
    judgement = ended(judge, *seen, refused(T0 + 30))
    assert judgement.state is State.BLIND
    pending = judge(Timeline().adding((*seen, refused(T0 + 30))), T0 + 31, False)  # noqa: FBT003
    assert pending.state is State.PENDING


def test_what_was_seen_to_be_broken_stays_broken_though_nobody_answers_any_more() -> None:
    late = Observation(
        at=T0 + 50, source="samples", kind="sample", subject="samples", text=f"{T0 + 49:.3f}=1"
    )
    judgement = ended(PERSISTENCE, KNOWN, STARTED, BACK, STAMPED, late, refused(T0 + 60))
    assert judgement.state is State.BROKEN
    assert "exceeds the outage" in judgement.reason


@pytest.mark.parametrize(
    ("peaks", "environment", "told"),
    [
        (("5/s",), "rehearsal", "at the prober's 5 runs a second"),
        (("2/s",), "rehearsal", "at the prober's 2 runs a second"),
        (("50/s",), "rehearsal", "at the prober's 5 runs a second"),  # not at the declared peak
        (("50/s", "2/s"), "rehearsal", "at the prober's 2 to 5 runs a second"),
        (("50/s",), "production", "at the prober's 1 runs a second"),
    ],
)
def test_the_seeded_history_says_its_own_pace(
    planned: Planner, shop: str, peaks: tuple[str, ...], environment: str, told: str
) -> None:
    first, *more = peaks
    text = shop.replace("peak: 5/s", f"peak: {first}")
    for number, peak in enumerate(more):
        journey = (
            f"  sell-{number}: {{owner: web, start: gateway, peak: {peak}, steps: [{{get: /}}]}}\n"
        )
        text = text.replace("slos:\n", f"{journey}slos:\n")
    context = planned(text, environment).contexts["metrics"]
    home, *_ = freshen(context, T0)
    assert told in home.seeded
