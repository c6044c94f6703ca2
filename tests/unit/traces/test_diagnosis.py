"""The culprit is named, whatever it is, and nobody where nothing is wrong."""

from __future__ import annotations

from random import Random

import pytest
from simulated import Fault, Shop

from seatrial.traces.diagnosis import Culprit, failing, slow
from seatrial.traces.profile import Profile, Work

RUNS, TRIALS = 40, 8  # twenty of each are in benchmarks/


def _slow(seed: int, fault: Fault | None) -> Culprit | None:
    chance = Random(seed)  # noqa: S311 - a simulation
    well, now = Shop(seed).profiles(RUNS), Shop(seed + 1000, fault).profiles(RUNS)
    return slow(well, now, chance).culprit


def _failing(seed: int, fault: Fault | None) -> Culprit | None:
    chance = Random(seed)  # noqa: S311 - a simulation
    well, now = Shop(seed).profiles(RUNS), Shop(seed + 1000, fault).profiles(RUNS)
    return failing(well, now, chance).culprit


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        pytest.param(
            Fault(service="api", peer="database", more=15),
            ("api", "", "database", "", False),
            id="a slow edge",
        ),
        pytest.param(
            Fault(service="api", peer="database", operation="INSERT runs", more=30),
            ("api", "INSERT runs", "database", "", False),
            id="a slow query",
        ),
        pytest.param(
            Fault(service="worker", more=40), ("worker", "run", "", "", False), id="a slow service"
        ),
        pytest.param(
            Fault(service="api", replica="api-1", more=60),
            ("api", "POST /", "", "api-1", False),
            id="a slow replica",
        ),
        pytest.param(
            Fault(replica="api-0", stopped=150),
            ("api", "", "", "api-0", False),
            id="a still replica",
        ),
        pytest.param(
            Fault(service="api", peer="database", replica="api-1", more=60),
            ("api", "", "database", "api-1", False),
            id="a replica's own link",
        ),
        pytest.param(Fault(queue=50), ("worker", "run", "", "", True), id="a slow queue"),
    ],
)
def test_who_is_slow_is_named(fault: Fault, wanted: tuple[str, ...]) -> None:
    named = [_slow(seed, fault) for seed in range(TRIALS)]
    found = [
        each and (each.service, each.operation, each.peer, each.replica, each.queued)
        for each in named
    ]
    assert sum(each == wanted for each in found) >= TRIALS - 1, found
    assert all(each.share >= 0.5 and each.confidence >= 0.9 for each in named if each)


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        pytest.param(
            Fault(service="api", peer="cache", fails=0.5), ("api", "GET page", "cache"), id="a call"
        ),
        pytest.param(
            Fault(service="worker", peer="database", fails=0.4),
            ("worker", "", "database"),
            id="an edge",
        ),
    ],
)
def test_where_failures_begin_is_named(fault: Fault, wanted: tuple[str, ...]) -> None:
    named = [_failing(seed, fault) for seed in range(TRIALS)]
    found = [each and (each.service, each.operation, each.peer) for each in named]
    assert sum(each == wanted for each in found) >= TRIALS - 1, found


def test_nobody_is_named_without_a_fault() -> None:
    assert [_slow(seed, None) for seed in range(TRIALS)] == [None] * TRIALS
    assert [_failing(seed, None) for seed in range(TRIALS)] == [None] * TRIALS


def test_nobody_is_named_where_all_is_slower_alike() -> None:
    def runs(seed: int, *, times: float, api: float = 1.0) -> list[Profile]:
        chance = Random(seed)  # noqa: S311 - a simulation
        works = [
            {
                Work(service="api", operation="GET /"): round(api * chance.uniform(25e3, 35e3)),
                Work(service="prober", operation="GET /"): round(chance.uniform(9e3, 11e3)),
            }
            for _ in range(RUNS)
        ]
        costs = [{each: round(times * cost) for each, cost in one.items()} for one in works]
        return [
            Profile(
                total=sum(one.values()),
                costs=one,
                calls=dict.fromkeys(one, 1),
                shares={},
                origins=frozenset(),
            )
            for one in costs
        ]

    well, chance = runs(1, times=1.0), Random(1)  # noqa: S311 - a simulation
    machine = slow(well, runs(2, times=1.8), chance)
    assert (machine.culprit, "to itself" in machine.reason) == (None, True)
    alone = slow(well, runs(2, times=1.0, api=2.2), chance).culprit
    assert alone is not None
    assert (alone.service, alone.operation) == ("api", "GET /")


def test_a_few_traces_name_nobody() -> None:
    found = slow(
        Shop(1).profiles(9),
        Shop(2, Fault(service="api", more=900)).profiles(40),
        Random(1),  # noqa: S311
    )
    assert found.culprit is None
    assert "fewer than 10" in found.reason


def test_what_was_failing_before_is_nobodys_fault_now() -> None:
    usual = Fault(service="api", peer="cache", fails=0.3)
    found = failing(Shop(1, usual).profiles(RUNS), Shop(2, usual).profiles(RUNS), Random(1))  # noqa: S311
    assert found.culprit is None


def test_a_culprit_reads_as_a_sentence() -> None:
    told = Culprit(service="api", operation="INSERT runs", peer="database", share=0.9, confidence=1)
    assert str(told) == "api INSERT runs asking database"
    late = Culprit(service="worker", peer="cache", queued=True, share=0.9, confidence=1)
    assert str(late) == "the queue of worker in cache"
