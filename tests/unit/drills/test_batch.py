from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from seatrial.contract.scenario import Scenario
from seatrial.drills.batch import batches, meet, rounds

NAMES = st.sampled_from(("api", "worker", "database", "cache", "*"))


def scenario(name: str, radius: set[str], within: float = 10.0) -> Scenario:
    return Scenario(name=name, question="?", injections=(), radius=frozenset(radius), within=within)


SCENARIOS = st.lists(st.tuples(st.sets(NAMES, max_size=3), st.floats(1, 100)), max_size=12).map(
    lambda each: [scenario(f"s{n}", *one) for n, one in enumerate(each)]
)


def test_radii_meet_in_what_both_name() -> None:
    assert meet(scenario("a", {"api", "cache"}), scenario("b", {"cache"}))
    assert not meet(scenario("a", {"api"}), scenario("b", {"worker"}))


def test_everything_meets_even_a_scenario_that_disturbs_nothing() -> None:
    assert meet(scenario("a", {"*"}), scenario("b", set()))
    assert meet(scenario("a", set()), scenario("b", {"*"}))
    assert not meet(scenario("a", set()), scenario("b", set()))


def test_the_longest_come_first_and_short_ones_fill_the_gaps() -> None:
    found = batches(
        (
            scenario("short", {"worker"}, 10),
            scenario("long", {"api"}, 200),
            scenario("middle", {"api"}, 60),
        )
    )
    assert [[each.name for each in batch] for batch in found] == [["long", "short"], ["middle"]]


def test_nothing_gives_no_batch() -> None:
    assert batches(()) == ()


@given(SCENARIOS)
def test_no_two_of_a_batch_meet_and_none_is_lost(scenarios: list[Scenario]) -> None:
    found = batches(scenarios)
    assert sorted(each.name for batch in found for each in batch) == sorted(
        each.name for each in scenarios
    )
    for batch in found:
        assert batch
        for number, one in enumerate(batch):
            assert not any(meet(one, other) for other in batch[number + 1 :])


@given(SCENARIOS, st.randoms(use_true_random=False))
def test_batches_do_not_depend_on_the_order_of_the_scenarios(
    scenarios: list[Scenario], random: st.DataObject
) -> None:
    shuffled = list(scenarios)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert batches(shuffled) == batches(scenarios)


def looking(name: str, within: float) -> Scenario:
    return replace(scenario(name, {"*"}, within), looks=True)


def test_what_only_looks_does_so_where_a_batch_waits_for_its_alerts_to_clear() -> None:
    found = rounds(
        (
            scenario("everything", {"*"}, 300),
            scenario("api", {"api"}, 200),
            scenario("worker", {"worker"}, 100),
            looking("coverage", 30),
            looking("lines", 20),
        )
    )
    assert [[one.name for one in each.batch] for each in found] == [
        ["everything"],
        ["api", "worker"],
    ]
    assert [[one.name for one in each.looks] for each in found] == [[], ["lines", "coverage"]]


def test_where_nothing_clears_what_looks_is_a_batch() -> None:
    found = rounds((scenario("everything", {"*"}, 300), looking("coverage", 30)))
    assert [[one.name for one in each.batch] for each in found] == [["everything"], ["coverage"]]
    assert not any(each.looks for each in found)
    assert [each.batch for each in rounds([looking("coverage", 30)])] == [
        (looking("coverage", 30),)
    ]
