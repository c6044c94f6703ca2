import pytest

from seatrial.console.words import ticks, value
from seatrial.contract.board import Unit


@pytest.mark.parametrize(
    ("figure", "unit", "text"),
    [
        (0, Unit.COUNT, "0"),
        (12, Unit.COUNT, "12"),
        (1250, Unit.COUNT, "1.25 k"),
        (0.9995, Unit.SHARE, "99.95 %"),
        (0.99999, Unit.SHARE, "99.99 %"),
        (1, Unit.SHARE, "100 %"),
        (-18.8, Unit.SHARE, "-1880 %"),
        (0.014, Unit.SECONDS, "14 ms"),
        (0.0000021, Unit.SECONDS, "2.1 µs"),
        (0, Unit.SECONDS, "0 s"),
        (200, Unit.SECONDS, "3 min 20 s"),
        (1536 * 1024, Unit.BYTES, "1.5 MiB"),
        (7, Unit.BYTES, "7 B"),
        (2048, Unit.BYTES_PER_SECOND, "2 KiB/s"),
        (19.64, Unit.PER_SECOND, "19.6/s"),
        (1, Unit.YES_NO, "yes"),
        (0, Unit.YES_NO, "no"),
        (0.5, Unit.YES_NO, "0.5"),
    ],
)
def test_a_figure_is_written_in_its_unit(figure: float, unit: Unit, text: str) -> None:
    assert value(figure, unit) == text


@pytest.mark.parametrize(
    ("high", "unit", "steps"),
    [
        (5.1, Unit.PER_SECOND, (0, 2, 4, 6)),
        (1, Unit.SHARE, (0, 0.25, 0.5, 0.75, 1)),
        (1, Unit.YES_NO, (0, 1)),
        (50 * 2**20, Unit.BYTES, (0, 2**24, 2**25, 3 * 2**24, 2**26)),
        (750, Unit.SECONDS, (0, 300, 600, 900)),
    ],
)
def test_steps_are_round(high: float, unit: Unit, steps: tuple[float, ...]) -> None:
    assert ticks(0, high, unit) == pytest.approx(steps)


def test_whole_figures_have_whole_steps() -> None:
    assert ticks(0, 2, Unit.COUNT, whole=True) == (0, 1, 2)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("high", [1e-7, 0.3, 1, 99, 12345.6, 8e12])
def test_all_figures_lie_between_the_steps(unit: Unit, high: float) -> None:
    found = ticks(0, high, unit)
    assert found[0] <= 0
    assert found[-1] >= high * (1 - 1e-6)
    assert len(found) <= 8 or unit is Unit.YES_NO
