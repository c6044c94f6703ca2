"""What is written for the prober is what the prober reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.app.plan import Plan
from seatrial.daemons.prober import read
from seatrial.daemons.prober.plan import Journey
from seatrial.system.problem import Problem

EVERYTHING = """\
      - post: /carts
        json: {sku: mint}
        headers: {X-From: trial}
        expect: {status: 201, json: {$.state: new}, body: mint}
        keep: {id: $.id}
      - get: /carts/${id}
        until: {json: {$.state: done}, within: 5s}
"""


def test_the_prober_reads_every_kind_of_step(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop.replace("      - get: /\n", EVERYTHING))
    (prober,) = (each for each in found.workloads if each.name == "prober")
    (journey,) = read.parse(prober.files[0].text).journeys
    made, asked = journey.steps
    assert (made.expect.status, made.expect.contains) == ({201}, "mint")
    assert asked.until is not None


def _run(found: Plan) -> Journey:
    (prober,) = (each for each in found.workloads if each.name == "prober")
    (journey,) = read.parse(prober.files[0].text).journeys
    return journey


def waiting(shop: str, *within: str) -> str:
    steps = [
        f"      - get: /\n        until: {{json: {{$.a: b}}, within: {each}}}" for each in within
    ]
    return shop.replace("      - get: /", "\n".join(["      - get: /", *steps]))


@pytest.mark.parametrize(
    ("within", "timeout", "asks"),
    [
        ((), 10, ()),
        (("5s",), 15, (0.2,)),
        (("30s", "1m"), 100, (0.6, 1.2)),
    ],
)
def test_a_run_may_take_ten_seconds_and_what_its_steps_may_wait(
    planned: Callable[..., Plan],
    shop: str,
    within: tuple[str, ...],
    timeout: float,
    asks: tuple[float, ...],
) -> None:
    run = _run(planned(waiting(shop, *within)))
    assert run.timeout_s == timeout
    assert tuple(each.until.every_s for each in run.steps if each.until) == asks


def test_runs_that_all_wait_to_their_end_are_not_too_many(
    planned: Callable[..., Plan], shop: str
) -> None:
    """One that is not started counts as failed, and a long wait alone must not page."""
    for within in ((), ("30s",), ("4m",), ("30m", "30m")):
        run = _run(planned(waiting(shop, *within)))
        assert round(run.rate * run.timeout_s, 6) <= run.max_in_flight <= 1000
    assert _run(planned(waiting(shop, "30s"))).rate == 5
    assert _run(planned(waiting(shop, "30m"))).rate < 1


def test_st2108_a_journey_that_waits_for_more_than_an_hour(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    (found,) = (each for each in problems(waiting(shop, "59m", "2m")) if each.code == "ST2108")
    assert found.place is not None
    assert shop.splitlines()[found.place.line - 2].strip() == "steps:"
    assert "ST2108" not in {each.code for each in problems(waiting(shop, "59m", "1m"))}
