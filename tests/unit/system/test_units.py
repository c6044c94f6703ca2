import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from seatrial.system.units import Cost, Date, Duration, Instant, Percentage, Rate, Size


@pytest.mark.parametrize(
    ("written", "seconds", "back"),
    [
        ("90s", 90, "90s"),
        ("15m", 900, "15m"),
        ("4h", 14400, "4h"),
        ("30d", 2592000, "30d"),
        ("2w", 1209600, "14d"),
        ("1h30m", 5400, "90m"),
        ("250ms", 0.25, "250ms"),
        ("1.5s", 1.5, "1.5s"),
        ("0s", 0, "0s"),
        ("60s", 60, "1m"),
    ],
)
def test_duration(written: str, seconds: float, back: str) -> None:
    duration = Duration.parse(written)
    assert duration.seconds == seconds
    assert str(duration) == back
    assert Duration.parse(back) == duration


@pytest.mark.parametrize(
    "written", ["", "s", "1", "1:30", "-5s", "5 s", "5S", "1y", "٣s", "1s" * 99]
)
def test_not_a_duration(written: str) -> None:
    with pytest.raises(ValueError, match="write"):
        Duration.parse(written)


@pytest.mark.parametrize(
    ("written", "count", "back"),
    [
        ("512MiB", 512 << 20, "512MiB"),
        ("2GiB", 2 << 30, "2GiB"),
        ("1.5GiB", 3 << 29, "1536MiB"),
        ("500MB", 500_000_000, "500000000B"),
        ("1000B", 1000, "1000B"),
        ("0B", 0, "0B"),
        ("1024 KiB", 1 << 20, "1MiB"),
    ],
)
def test_size(written: str, count: int, back: str) -> None:
    size = Size.parse(written)
    assert size.bytes == count
    assert str(size) == back
    assert Size.parse(back) == size


@pytest.mark.parametrize("written", ["512", "512Mi", "512M", "MiB", "-1B", 512, None, True])
def test_not_a_size(written: object) -> None:
    with pytest.raises(ValueError, match="write"):
        Size.parse(written)


def test_percentages_are_equal_however_written() -> None:
    assert Percentage.parse(99.9) == Percentage.parse("99.9%") == Percentage.parse("99.9 %")
    assert Percentage.parse(99.95).ratio == 0.9995
    assert str(Percentage.parse("99.90%")) == "99.9%"
    assert str(Percentage.parse(99)) == "99%"


@pytest.mark.parametrize("written", [-1, 101, "101%", "most", None, True, float("nan"), 10**400])
def test_not_a_percentage(written: object) -> None:
    with pytest.raises(ValueError, match="write"):
        Percentage.parse(written)


@pytest.mark.parametrize(
    ("written", "per_second", "back"),
    [
        ("50/s", 50, "50/s"),
        ("3000/min", 50, "50/s"),
        ("90/h", 0.025, "90/h"),
        ("30/m", 0.5, "30/min"),
    ],
)
def test_rate(written: str, per_second: float, back: str) -> None:
    rate = Rate.parse(written)
    assert rate.per_second == per_second
    assert str(rate) == back
    assert Rate.parse(back) == rate


@pytest.mark.parametrize("written", [50, "50", "50/y", "/s", None])
def test_not_a_rate(written: object) -> None:
    with pytest.raises(ValueError, match="write"):
        Rate.parse(written)


@pytest.mark.parametrize(
    ("written", "per_hour", "currency", "back"),
    [
        ("1200 EUR/h", 1200, "EUR", "1200 EUR/h"),
        ("0.5 CHF / h", 0.5, "CHF", "0.5 CHF/h"),
        ("0 USD/h", 0, "USD", "0 USD/h"),
    ],
)
def test_cost(written: str, per_hour: float, currency: str, back: str) -> None:
    cost = Cost.parse(written)
    assert (cost.per_hour, cost.currency) == (per_hour, currency)
    assert str(cost) == back
    assert Cost.parse(back) == cost


@pytest.mark.parametrize(
    "written", [1200, "1200", "1200 EUR", "1200/h", "1200 eur/h", "1200 EUR/d", "-1 EUR/h", None]
)
def test_not_a_cost(written: object) -> None:
    with pytest.raises(ValueError, match="write"):
        Cost.parse(written)


def test_instant_needs_a_zone() -> None:
    instants = TypeAdapter(Instant)
    read = instants.validate_python("2026-12-31T18:00:00+01:00")
    assert read == dt.datetime(2026, 12, 31, 17, tzinfo=dt.UTC)
    for wrong in ("2026-12-31T18:00:00", "2026-12-31", "soon", 5):
        with pytest.raises(ValidationError):
            instants.validate_python(wrong)


def test_date_is_a_day_that_exists() -> None:
    dates = TypeAdapter(Date)
    assert dates.validate_python("2028-02-29") == dt.date(2028, 2, 29)
    for wrong in ("2026-02-29", "20260228", "2026-W01-1", 20260228, None):
        with pytest.raises(ValidationError):
            dates.validate_python(wrong)


@given(st.integers(0, 10**9))
def test_every_duration_in_milliseconds_reads_back(milliseconds: int) -> None:
    duration = Duration.parse(f"{milliseconds}ms")
    assert Duration.parse(str(duration)) == duration


@given(st.integers(0, 1 << 49))
def test_every_size_reads_back(count: int) -> None:
    assert Size.parse(str(Size(count))) == Size(count)


@given(st.text(), st.sampled_from([Duration, Size, Percentage, Rate, Cost]))
def test_any_text_is_read_or_refused_with_a_cure(text: str, quantity: type[Duration]) -> None:
    told = None
    try:
        quantity.parse(text)
    except ValueError as error:
        told = str(error)
    assert told is None or "; write " in told
