"""Plain shapes: gaps are gaps, stacks add up, buckets are told apart."""

from seatrial.app.boards import Drawing, Line, State
from seatrial.console.chart import HIGH, WIDE, cells, chart
from seatrial.contract.board import Kind, Panel, Query, Thresholds, Unit, above


def drawing(
    *values: tuple[float | None, ...],
    stacked: bool = False,
    limits: Thresholds = (),
    labels: tuple[str, ...] = (),
) -> Drawing:
    panel = Panel(
        title="P",
        unit=Unit.COUNT,
        queries=(Query(expr="a", legend="a"),),
        description="d.",
        subject="s",
        kind=Kind.HEATMAP if labels else Kind.LINES,
        thresholds=limits,
        stacked=stacked,
    )
    lines = tuple(
        Line(
            name=str(at),
            labels={"le": labels[at]} if labels else {},
            values=each,
            newest=each[-1],
            until=0.0,
            level=None,
        )
        for at, each in enumerate(values)
    )
    return Drawing(number=1, panel=panel, state=State.SEEN, note="", lines=lines)


def test_a_line_reaches_from_edge_to_edge() -> None:
    found = chart(drawing((0.0, 2.0)))
    assert found.paths == (f"M0.0 {HIGH:.1f} L{WIDE:.1f} 0.0",)


def test_a_gap_begins_a_new_piece() -> None:
    (path,) = chart(drawing((1.0, 1.0, None, 1.0, 1.0))).paths
    assert path.count("M") == 2


def test_a_value_alone_is_a_dot() -> None:
    (path,) = chart(drawing((None, 1.0, None))).paths
    assert path.count("L") == 1


def test_nothing_known_is_nothing_drawn() -> None:
    assert chart(drawing((None, None))).paths == ("",)


def test_stacks_add_up() -> None:
    found = chart(drawing((1.0, 1.0), (1.0, None), stacked=True))
    assert found.high == 2.0
    assert len(found.areas) == 2
    assert found.paths[1].startswith("M0.0 0.0")


def test_a_threshold_far_above_does_not_press_the_lines_down() -> None:
    found = chart(drawing((0.0, 1.0), limits=above(None, 1000)))
    assert found.high == 1.0
    assert not found.thresholds


def test_a_threshold_within_reach_is_drawn() -> None:
    found = chart(drawing((0.0, 1.0), limits=above(None, 2)))
    assert [each.text for each in found.thresholds] == ["2"]


def test_a_heatmap_counts_between_its_buckets() -> None:
    found, names = cells(drawing((2.0, 0.0), (5.0, 1.0), (5.0, 1.0), labels=("1", "2", "+Inf")))
    assert names == ("≤ 1", "≤ 2")
    assert [each.text for each in found] == ["≤ 1: 2", "≤ 2: 3", "≤ 2: 1"]
    assert max(each.share for each in found) == 1.0


def test_a_heatmap_without_events_is_empty() -> None:
    assert cells(drawing((0.0, 0.0), labels=("1",))) == ((), ())
