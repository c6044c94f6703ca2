"""Spans, and what a panel draws of Prometheus's answers: never a figure that nobody saw."""

from __future__ import annotations

import math

import pytest

from seatrial.app.boards import Drawing, Span, State, Unreadable, Unseen, read
from seatrial.app.boards.figures import MOST_LINES, columns, drawing, legend
from seatrial.contract.board import Level, Panel, Query, Unit, above
from seatrial.engines.prometheus.query import Line

NOW = 1_700_000_000.0
SPAN = Span(start=0.0, end=60.0, written=("now-1m", "now"))


def panel(*queries: Query) -> Panel:
    return Panel(
        title="P",
        unit=Unit.COUNT,
        queries=queries or (Query(expr="a", legend="{{x}}"),),
        description="d.",
        subject="s",
        thresholds=above(5, 10),
    )


def line(values: dict[float, float], **labels: str) -> Line:
    return Line(labels=labels, values=values)


def drawn(
    *answers: tuple[Line, ...] | Unseen, of: Panel | None = None, untold: str = ""
) -> Drawing:
    return drawing(1, of or panel(), list(answers), SPAN, untold=frozenset({untold} - {""}))


def test_a_relative_range() -> None:
    span = read("now-6h", "now", NOW)
    assert (span.end - span.start, span.moves) == (6 * 3600, True)
    assert span.query == "from=now-6h&to=now"


def test_a_range_in_milliseconds_is_grafanas() -> None:
    span = read("1699990000000", "1699999000000", NOW)
    assert (span.start, span.end, span.moves) == (1_699_990_000, 1_699_999_000, False)


def test_what_ends_in_the_future_ends_now() -> None:
    assert read("now-1h", "1800000000000", NOW).end == NOW


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("yesterday", "now"),
        ("now", "now"),
        ("now-10s", "now"),
        ("now", "now-1h"),
        ("now-9999w", "now"),
        ("now-1h", "'; drop"),
        ("", ""),
    ],
)
def test_what_is_no_range_is_refused_in_words(start: str, end: str) -> None:
    with pytest.raises(Unreadable, match=r"no instant|no range"):
        read(start, end, NOW)


@pytest.mark.parametrize("back", ["15m", "1h", "6h", "24h", "7d", "30d"])
def test_points_are_few_and_rates_lose_nothing_between_them(back: str) -> None:
    span = read(f"now-{back}", "now", NOW)
    assert 100 < len(span.instants) <= 242
    assert float(span.window.removesuffix("s")) >= max(60, span.step)
    assert all(each % span.step == 0 for each in span.instants)


def test_gaps_stay_gaps() -> None:
    found = drawn((line({0.0: 1.0, 60.0: 3.0}, x="a"),))
    assert found.lines[0].values[0] == 1.0
    assert found.lines[0].values[1] is None
    assert found.lines[0].newest == 3.0


def test_what_ended_is_not_shown_as_if_it_were_now() -> None:
    found = drawn((line({0.0: 1.0, 20.0: 7.0}, x="a"),))
    assert found.state is State.MISSING
    assert found.until == 20.0
    assert found.lines[0].newest is None
    assert found.level is None


def test_the_last_point_may_wait_for_its_scrape() -> None:
    found = drawn((line({50.0: 2.0, 55.0: 7.0}, x="a"),))
    assert found.state is State.SEEN
    assert found.lines[0].newest == 7.0


def test_a_series_that_left_the_first_five_is_no_longer_among_them() -> None:
    answer = (line({55.0: 2.0}, x="old"), line({60.0: 3.0}, x="new"))
    found = drawn(answer)
    assert [each.newest for each in found.lines if each.name == "old"] == [None]


def test_not_a_number_is_no_data() -> None:
    found = drawn((line({60.0: float("nan")}, x="a"),))
    assert found.state is State.MISSING
    assert found.until is None


def test_no_answer_is_told_with_its_reason() -> None:
    found = drawn(Unseen(reason="prometheus does not answer"))
    assert (found.state, found.note) == (State.ERROR, "prometheus does not answer")


def test_what_is_rightly_empty_says_why() -> None:
    some = panel(Query(expr="a", legend="", empty="while nothing fires"))
    found = drawn((), of=some)
    assert (found.state, found.note) == (State.EMPTY, "while nothing fires")


def test_what_was_there_and_ended_is_lost_and_not_rightly_empty() -> None:
    some = panel(Query(expr="a", legend="", empty="where there is no disk"))
    assert drawn((line({0.0: 1.0}),), of=some).state is State.MISSING
    assert drawn((line({0.0: math.nan}),), of=some).state is State.EMPTY
    told = panel(Query(expr="a", legend="", untold="network"))
    assert drawn((line({0.0: 1.0}),), of=told, untold="network").state is State.MISSING
    alerts = panel(Query(expr="a", legend="", empty="while nothing fires", passing=True))
    assert drawn((line({0.0: 1.0}),), of=alerts).state is State.EMPTY


def test_one_query_that_should_have_data_is_enough_to_be_missing() -> None:
    some = panel(Query(expr="a", legend="", empty="at times"), Query(expr="b", legend=""))
    assert drawn((), (), of=some).state is State.MISSING


def test_a_figure_that_nobody_can_tell_is_empty_and_else_missing() -> None:
    some = panel(Query(expr="a", legend="", untold="network"))
    assert drawn((), of=some, untold="network").state is State.EMPTY
    assert drawn((), of=some).state is State.MISSING


def test_the_worst_value_is_the_panels() -> None:
    found = drawn((line({60.0: 1.0}, x="a"), line({60.0: 11.0}, x="b")))
    assert found.level is Level.BAD


def test_too_many_lines_are_counted_and_not_drawn() -> None:
    answer = tuple(line({60.0: 1.0}, x=str(each)) for each in range(MOST_LINES + 3))
    found = drawn(answer)
    assert (len(found.lines), found.left_out) == (MOST_LINES, 3)


def test_a_legend_is_filled_from_labels() -> None:
    assert legend("replica {{ replica }} {{none}}", {"replica": "1"}) == "replica 1"
    assert columns("{{team}} {{severity}}") == ("team", "severity")
