"""One replica of several is slow alone, or nobody is."""

from __future__ import annotations

from seatrial.traces.profile import Profile, Work
from seatrial.traces.replicas import FEW, alone

WORK = Work(service="api", operation="GET /")
MS = 1000


def _runs(**costs: int) -> list[Profile]:
    """Enough runs, each with one call at every replica, of so many milliseconds."""
    return [
        Profile(
            total=sum(costs.values()) * MS,
            costs={WORK: sum(costs.values()) * MS},
            calls={WORK: len(costs)},
            shares={
                (WORK, ("api", name.replace("_", "-"))): (cost * MS, 1)
                for name, cost in costs.items()
            },
            origins=frozenset(),
        )
        for _ in range(FEW)
    ]


def test_the_one_that_is_slow_is_found_with_what_it_makes_slow() -> None:
    found = alone(_runs(api_0=5, api_1=5), _runs(api_0=5, api_1=65))
    assert found is not None
    assert (found.replica, found.whole) == (("api", "api-1"), 60 * MS)
    assert found.excess == {WORK: 60 * MS}


def test_where_both_are_slow_neither_is_alone() -> None:
    assert alone(_runs(api_0=5, api_1=5), _runs(api_0=45, api_1=65)) is None


def test_one_that_is_all_there_is_is_not_set_apart() -> None:
    assert alone(_runs(api_0=5), _runs(api_0=65)) is None


def test_a_few_calls_say_nothing() -> None:
    assert alone(_runs(api_0=5, api_1=5), _runs(api_0=5, api_1=65)[1:]) is None
