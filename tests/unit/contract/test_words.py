"""Figures, durations and instants as people read them."""

from __future__ import annotations

import math

import pytest

from seatrial.contract.words import ago, day, duration, instant, number, quantity, second, size


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.04, "0 s"),
        (0.44, "0.4 s"),
        (9.44, "9.4 s"),
        (14.2, "14 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (3 * 86400, "3 days"),
        (-14, "-14 s"),
        (math.inf, "for ever"),
        (math.nan, "unknown"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (17.25, "17.2"),
        (0.00421, "0.00421"),
        (1250000.0, "1250000"),
        (150.25, "150.2"),
        (math.inf, "never"),
        (math.nan, "nan"),
        (0, "0"),
    ],
)
def test_numbers(value: float, words: str) -> None:
    assert number(value) == words


def test_quantities_sizes_and_instants() -> None:
    assert quantity(22.76, "s") == "22.8\u00a0s"
    assert quantity(15, "") == "15"
    assert [size(each) for each in (0, 512, 1536, 8321499136, 2**50)] == [
        "0 B",
        "512 B",
        "1.5 KiB",
        "7.8 GiB",
        "1024 TiB",
    ]
    assert instant(1_795_500_000) == "2026-11-24 06:00 UTC"
    assert day(1_795_500_000) == "2026-11-24"
    assert second(1_795_500_005.9) == "2026-11-24 06:00:05 UTC"
    assert second(math.nan) == "unknown"
    assert instant(math.inf) == instant(1e20) == instant(math.nan) == "unknown"
    assert ago(0.5) == "just now"
    assert ago(3 * 86400) == "3 days ago"
