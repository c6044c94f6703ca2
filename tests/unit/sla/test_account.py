from bisect import bisect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.sla.account import Account, Kept, Span, account
from seatrial.sla.samples import Sample, digest, filled, merged, steps

HOUR = Span(begin=0.0, end=3600.0)


def told(*counts: tuple[float, float, float], blind: float = 0.0) -> tuple[Sample, ...]:
    """Samples (instant, runs that went well until then, runs that did not)."""
    return tuple(
        Sample(at=at, runs={"ok": good, "failed": bad / 2, "timeout": bad / 2}, blind=blind)
        for at, good, bad in counts
    )


def steady(
    *, outage: Span | None = None, gap: Span | None = None, over: Span = HOUR
) -> tuple[Sample, ...]:
    """A run each second, a sample each 10 s; failures in the outage, no samples in the gap."""
    found: list[tuple[float, float, float]] = []
    good = bad = 0.0
    at = over.begin
    while at <= over.end:
        if gap is None or not gap.begin < at < gap.end:
            found.append((at, good, bad))
        failing = outage is not None and outage.begin <= at < outage.end
        good, bad = (good, bad + 10) if failing else (good + 10, bad)
        at += 10
    return told(*found)


def test_an_hour_without_fault() -> None:
    found = account([steady()], HOUR, target=0.999)
    assert (found.up, found.down, found.blind, found.excluded) == (3600, 0, 0, 0)
    assert (found.by_time, found.by_runs, found.verdict) == (1.0, 1.0, Kept.MET)
    assert found.outages == ()


def test_an_outage_is_counted_to_the_sample() -> None:
    out = Span(begin=600.0, end=960.0)
    found = account([steady(outage=out)], HOUR, target=0.95)
    assert found.outages == (out,)
    assert found.by_time == 0.9
    assert found.verdict is Kept.MISSED


def test_a_few_failures_are_no_outage_but_count_as_runs() -> None:
    found = account([told((0, 0, 0), (10, 6, 4), (20, 16, 4))], Span(begin=0, end=20))
    assert found.down == 0
    assert found.by_runs == 16 / 20
    assert found.verdict is None


def test_a_service_that_fails_four_runs_of_ten_keeps_no_promise_by_being_up() -> None:
    samples = told(*((float(at), at * 0.6, at * 0.4) for at in range(0, 3601, 10)))
    found = account([samples], HOUR, target=0.999)
    assert (found.by_time, found.share, found.verdict) == (1.0, 0.6, Kept.MISSED)
    elsewhere = account([steady(), steady(outage=HOUR)], HOUR, target=0.999)
    assert (elsewhere.by_time, elsewhere.share, elsewhere.verdict) == (1.0, 0.5, Kept.MISSED)


def test_what_was_not_seen_is_neither_up_nor_down() -> None:
    gap = Span(begin=1000.0, end=1360.0)
    found = account([steady(gap=gap)], HOUR, target=0.95)
    assert found.blind == 360
    assert found.by_time == 1.0
    assert found.bounds == (0.9, 1.0)
    assert found.verdict is Kept.UNKNOWN


def test_blind_time_that_cannot_matter_leaves_the_verdict() -> None:
    gap = Span(begin=1000.0, end=1360.0)
    assert account([steady(gap=gap)], HOUR, target=0.9).verdict is Kept.MET
    bad = steady(gap=gap, outage=Span(begin=2000.0, end=3600.0))
    assert account([bad], HOUR, target=0.9).verdict is Kept.MISSED


def test_nothing_seen_is_unknown_and_no_hundred_per_cent() -> None:
    for probers in ([], [()], [told((10, 0, 0))]):
        found = account(probers, HOUR, target=0.9)
        assert found.blind == 3600
        assert (found.by_time, found.by_runs) == (None, None)
        assert found.verdict is Kept.UNKNOWN


DAY = Span(begin=0.0, end=86400.0)


def rarely(
    *, every: float = 60.0, scrape: float = 5.0, over: Span = DAY, failing: Span | None = None
) -> tuple[Sample, ...]:
    """A run each `every` seconds, of which each other takes 8 s longer; they fail in `failing`."""
    ends = [at + number % 2 * 8.0 for number, at in enumerate(_instants(over, every))]
    bad = [at for at in ends if failing and failing.begin <= at < failing.end]
    good = sorted(set(ends) - set(bad))
    return told(*((at, bisect(good, at), bisect(bad, at)) for at in _instants(over, scrape)))


def _instants(over: Span, every: float) -> list[float]:
    return [over.begin + number * every for number in range(int(over.seconds / every) + 1)]


@pytest.mark.parametrize(("every", "scrape"), [(60.0, 5.0), (60.0, 15.0), (1.0, 1.0), (7.0, 5.0)])
def test_a_journey_that_runs_more_rarely_than_it_is_scraped_keeps_its_promise(
    every: float, scrape: float
) -> None:
    over = DAY if every > 1 else HOUR
    found = account([rarely(every=every, scrape=scrape, over=over)], over, target=0.999)
    assert found.verdict is Kept.MET
    assert found.blind <= 60  # after the last of them nobody knows


def test_where_no_run_ends_for_a_while_the_next_one_says_what_it_was() -> None:
    out = Span(begin=600.0, end=960.0)
    found = account([rarely(over=HOUR, failing=out)], HOUR, target=0.999)
    assert (found.bad, found.verdict) == (6, Kept.MISSED)
    assert abs(found.down - 360) <= 60
    assert len(found.outages) == 1


def test_what_the_next_run_cannot_speak_for_is_blind() -> None:
    once = told((0, 0, 0), (5, 1, 0), *((float(at), 1, 0) for at in range(10, 600, 5)), (600, 2, 0))
    rare = account([once], Span(begin=0, end=600))
    assert (rare.up, rare.blind) == (5 + 95, 500)  # 90 s, and the stretch in which it ended
    stood = told((0, 1, 0), (5, 1, 0))
    back = told((10, 1, 0), (15, 1, 0), (20, 2, 0), blind=4.0)
    found = account([(*stood, *back)], Span(begin=0, end=20))
    assert (found.up, found.blind) == (10, 10)
    hidden = account([told((0, 1, 0), (5, 1, 0), (70, 1, 0), (75, 2, 0))], Span(begin=0, end=75))
    assert (hidden.up, hidden.blind) == (5, 70)


def test_a_run_that_ends_in_maintenance_says_nothing_of_the_time_before() -> None:
    samples = told((0, 1, 0), (5, 1, 0), (10, 1, 0), (15, 1, 1), (20, 2, 1))
    over = Span(begin=0, end=20)
    assert account([samples], over).down == 15
    found = account([samples], over, excluded=[Span(begin=10, end=16)])
    assert (found.down, found.blind, found.excluded) == (0, 10, 6)


def test_maintenance_counts_for_nothing() -> None:
    out = Span(begin=600.0, end=960.0)
    found = account([steady(outage=out)], HOUR, excluded=[out, Span(begin=900, end=1000)])
    assert (found.down, found.excluded) == (0, 400)
    assert found.bad == 0
    assert found.good == 3200
    whole = account([steady()], HOUR, excluded=[Span(begin=-5, end=4000)], target=0.9)
    assert whole.excluded == 3600
    assert whole.verdict is Kept.UNKNOWN


def test_a_prober_that_starts_anew_loses_nothing_else() -> None:
    samples = told((0, 100, 4), (10, 110, 4), (20, 7, 0))
    assert [(each.good, each.bad) for each in steps(samples)] == [(10, 0), (7, 0)]


def test_a_prober_that_stood_still_saw_nothing() -> None:
    samples = (*told((0, 0, 0)), *told((10, 5, 0), blind=4.0), *told((20, 15, 0), blind=4.0))
    found = account([samples], Span(begin=0, end=20))
    assert (found.blind, found.up) == (10, 10)


def test_one_region_that_sees_a_fault_alone_is_outvoted() -> None:
    out = Span(begin=600.0, end=960.0)
    ill, well = steady(outage=out), steady()
    assert account([ill, well, well], HOUR).down == 0
    assert account([ill, ill, well], HOUR).down == 360
    assert account([ill, well], HOUR).down == 0  # half is no more than half
    blind = steady(gap=Span(begin=590.0, end=970.0))
    assert account([ill, blind, blind], HOUR).down == 360  # who is blind has no say


def test_only_whole_stretches_of_the_range_count() -> None:
    found = account([steady()], Span(begin=5.0, end=95.0))
    assert (found.up, found.blind, found.good) == (80, 10, 80)


def test_samples_are_whole_or_none() -> None:
    found = merged([("ok", {1.0: 3.0, 2.0: 4.0}), ("failed", {2.0: 1.0}), ("", {2.0: 0.5})])
    assert found == (Sample(at=2.0, runs={"ok": 4.0, "failed": 1.0}, blind=0.5),)
    assert merged([]) == merged([("ok", {})]) == ()


def test_clocks_that_differ_make_no_counter_begin_anew() -> None:
    first = told(*((float(at), at, 0) for at in range(0, 61, 5)), (200.0, 200, 0))
    late = told(*((float(at) + 4, at, 0) for at in range(0, 301, 5)))  # its clock is 4 s ahead
    found = filled(first, late, hole=60.0)
    assert [each.at for each in found] == [
        *range(0, 61, 5), *range(69, 195, 5), 200.0, *range(209, 305, 5),
    ]  # fmt: skip
    assert sum(each.good for each in steps(found)) == 300
    assert filled((), late, hole=60.0) == late
    assert filled(late, first, hole=60.0) == late


def test_the_digest_tells_samples_apart_and_knows_them_again() -> None:
    one = {"buy": [steady()]}
    assert digest(one) == digest({"buy": [steady()]})
    assert digest(one) != digest({"buy": [steady(outage=Span(begin=600, end=610))]})
    assert digest(one) != digest({"sell": [steady()]})


_COUNTS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 50), st.integers(0, 50)), max_size=30
)


@given(
    probers=st.lists(_COUNTS, max_size=3), cut=st.tuples(st.integers(0, 400), st.integers(0, 400))
)
def test_every_second_is_counted_once(
    probers: list[list[tuple[int, int, int]]], cut: tuple[int, int]
) -> None:
    samples = [
        told(*sorted({at: (float(at), float(g), float(b)) for at, g, b in each}.values()))
        for each in probers
    ]
    over = Span(begin=50.0, end=350.0)
    found = account(samples, over, excluded=[Span(begin=min(cut), end=max(cut))], target=0.9)
    assert found.up + found.down + found.blind + found.excluded == over.seconds
    assert sum(each.seconds for each in found.outages) == found.down
    _consistent(found)


def _consistent(found: Account) -> None:
    if found.bounds is not None and found.share is not None:
        worst, best = found.bounds
        assert worst <= found.share + 1e-9
        assert found.share <= best + 1e-9


def seeing(*counts: tuple[float, float, float, float]) -> tuple[Sample, ...]:
    """Samples (instant, good runs, bad runs, whatever was answered)."""
    return tuple(
        Sample(at=at, runs={"ok": good, "timeout": bad}, answered=answered)
        for at, good, bad, answered in counts
    )


WELL = seeing((0, 0, 0, 0), (10, 10, 0, 10), (20, 20, 0, 20))
CUT = seeing((0, 0, 0, 0), (10, 10, 0, 10), (20, 10, 10, 10))
STRUCK = seeing((0, 0, 0, 0), (10, 10, 0, 10), (20, 10, 10, 20))
SHORT = Span(begin=0.0, end=20.0)


def test_one_of_three_is_outvoted_unless_its_word_is_enough() -> None:
    three = [WELL, WELL, STRUCK]
    assert account(three, SHORT).down == 0
    assert account(three, SHORT, quorum=1).down == 10
    assert account([WELL, STRUCK, STRUCK], SHORT).down == 10
    assert account([WELL, STRUCK, STRUCK], SHORT, quorum=3).down == 0


def test_a_region_that_is_cut_off_has_no_say_and_its_runs_do_not_count() -> None:
    found = account([WELL, CUT], SHORT, quorum=1)
    assert (found.down, found.up, found.good, found.bad) == (0, 20, 30, 0)
    # all of those that see must agree where fewer see than the quorum
    assert account([STRUCK, STRUCK, CUT], SHORT, quorum=3).down == 10


def test_one_that_is_served_does_not_outvote_most_that_nobody_answers() -> None:
    found = account([WELL, CUT, CUT], SHORT, target=0.99)
    assert (found.down, found.bad, found.verdict) == (10, 20, Kept.MISSED)


def test_where_nobody_sees_anything_it_is_an_outage() -> None:
    found = account([CUT, CUT], SHORT)
    assert (found.down, found.bad) == (10, 20)


def test_what_was_answered_is_part_of_the_digest() -> None:
    assert digest({"buy": [CUT]}) != digest({"buy": [STRUCK]})
    (one, *_) = merged([("ok", {1.0: 2.0}), ("", {1.0: 0.0}), ("answered", {1.0: 5.0})])
    assert (one.runs, one.answered) == ({"ok": 2.0}, 5.0)
