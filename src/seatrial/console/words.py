"""Figures as a panel writes them: the newest value, and the steps of an axis. Pure."""

import math

from seatrial.contract.board import Unit
from seatrial.contract.words import duration

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIMES = (2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_SMALL = 1e-9
_THOUSANDS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_BINARY = ((2.0**40, "TiB"), (2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"))


def value(figure: float, unit: Unit) -> str:
    """`12.3/s`, `99.95 %`, `14 ms`, `1.5 MiB`."""
    match unit:
        case Unit.SHARE:
            text = f"{_digits(figure * 100)} %"
        case Unit.SECONDS:
            text = _seconds(figure)
        case Unit.BYTES:
            text = _scaled(figure, _BINARY, "B")
        case Unit.BYTES_PER_SECOND:
            text = f"{_scaled(figure, _BINARY, 'B')}/s"
        case Unit.PER_SECOND:
            text = f"{_scaled(figure, _THOUSANDS, '')}/s"
        case Unit.YES_NO if figure in {0, 1}:
            text = "yes" if figure else "no"
        case _:
            text = _scaled(figure, _THOUSANDS, "")
    return text


def _digits(figure: float) -> str:
    """Three digits that count; a share just below 100 is not rounded up to it."""
    size = abs(figure)
    if size < _SMALL:
        return "0"
    if 99 < size < 100:  # noqa: PLR2004 - percent
        return f"{math.floor(figure * 100) / 100:.2f}"
    decimals = max(0, min(4, 2 - math.floor(math.log10(size))))
    text = f"{figure:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _seconds(figure: float) -> str:
    size = abs(figure)
    if size < _SMALL:
        return "0 s"
    if size < 1e-3:  # noqa: PLR2004 - a millisecond
        return f"{_digits(figure * 1e6)} µs"
    if size < 1:
        return f"{_digits(figure * 1e3)} ms"
    return duration(figure)


def _scaled(figure: float, sizes: tuple[tuple[float, str], ...], unit: str) -> str:
    for size, name in sizes:
        if abs(figure) >= size:
            return f"{_digits(figure / size)} {name}"
    return f"{_digits(figure)} {unit}".strip()


def ticks(
    low: float, high: float, unit: Unit, *, whole: bool = False, wanted: int = 4
) -> tuple[float, ...]:
    """Round steps from `low` to at least `high`; `whole`: of figures that have no fractions."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return (low,)
    step = _step(span / wanted, unit)
    if unit is Unit.YES_NO or whole:
        step = max(step, 1.0)
    first = math.floor(low / step + _SMALL)
    last = math.ceil(high / step - _SMALL)
    return tuple(each * step for each in range(first, last + 1))


def _step(raw: float, unit: Unit) -> float:
    """The next round step: of bytes a power of two, of a long time whole minutes or hours."""
    if unit in {Unit.BYTES, Unit.BYTES_PER_SECOND}:
        return math.ldexp(1.0, math.ceil(math.log2(raw)))
    if unit is Unit.SECONDS and raw > 1:
        known = next((each for each in _TIMES if each >= raw), 0.0)
        return known or math.ceil(raw / _TIMES[-1]) * _TIMES[-1]
    size = 10.0 ** math.floor(math.log10(raw))
    return next(each * size for each in _STEPS if each * size >= raw * (1 - _SMALL))
