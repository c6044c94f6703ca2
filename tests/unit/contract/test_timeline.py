from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seatrial.contract.timeline import Observation, Timeline


def _seen(at: float, source: str = "sink", kind: str = "page", id_: str = "") -> Observation:
    return Observation(at=at, source=source, kind=kind, subject="api", id=id_)


def _step(at: float, name: str) -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name)


def test_observations_stand_in_the_order_of_their_instants() -> None:
    timeline = Timeline().adding([_seen(3), _seen(1)]).adding([_seen(2)])
    assert [each.at for each in timeline.observations] == [1, 2, 3]


def test_what_happened_at_once_stays_as_it_was_seen() -> None:
    timeline = Timeline().adding([_seen(1, kind="a"), _seen(1, kind="b")])
    timeline = timeline.adding([_seen(1, kind="c"), _seen(0, kind="d")])
    assert [each.kind for each in timeline.observations] == ["d", "a", "b", "c"]


def test_a_thing_seen_again_is_kept_once_with_its_first_instant() -> None:
    first = Timeline().adding([_seen(1, id_="7")])
    assert first.adding([_seen(5, id_="7")]) is first
    both = Timeline().adding([_seen(1, id_="7"), _seen(5, id_="7")])
    assert both == first


def test_ids_are_a_sources_own_and_no_id_is_no_repetition() -> None:
    timeline = Timeline().adding([_seen(1, id_="7")])
    assert len(timeline.adding([_seen(2, source="watchdog", id_="7")]).observations) == 2
    assert len(timeline.adding([_seen(2), _seen(2)]).observations) == 3


def test_adding_leaves_the_earlier_timeline_as_it_was() -> None:
    before = Timeline().adding([_seen(1)])
    before.adding([_seen(2)])
    assert [each.at for each in before.observations] == [1]


def test_those_of_a_source_and_a_kind() -> None:
    timeline = Timeline().adding([_seen(1), _seen(2, kind="health"), _seen(3, source="prober")])
    assert [each.at for each in timeline.of(source="sink")] == [1, 2]
    assert [each.at for each in timeline.of(kind="page")] == [1, 3]
    assert [each.at for each in timeline.of(source="sink", kind="page")] == [1]
    assert timeline.of() == timeline.observations
    assert timeline.of(source="nobody") == ()


def test_a_step_is_the_first_of_its_name_and_only_a_step() -> None:
    timeline = Timeline().adding([_step(9, "inject"), _step(4, "inject"), _step(5, "undo")])
    assert timeline.step("inject") == 4
    assert timeline.step("undo") == 5
    assert timeline.step("settle") is None
    impostor = Observation(at=1, source="drill", kind="note", subject="settle")
    assert timeline.adding([impostor]).step("settle") is None


OBSERVED = st.builds(
    _seen,
    st.floats(0, 100),
    st.sampled_from(["sink", "prober"]),
    st.sampled_from(["page", "health"]),
    st.sampled_from(["", "1", "2", "3"]),
)


@given(st.lists(OBSERVED), st.integers(0, 10))
def test_polls_of_any_size_give_the_same_timeline(seen: list[Observation], cut: int) -> None:
    at_once = Timeline().adding(seen)
    assert Timeline().adding(seen[:cut]).adding(seen[cut:]) == at_once
    instants = [each.at for each in at_once.observations]
    assert instants == sorted(instants)
    assert at_once.adding(each for each in seen if each.id) == at_once
