import pytest

from seatrial.system.scalars import resolve


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("~", None),
        ("", None),
        ("null", None),
        ("1", 1),
        ("-7", -7),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2026-12-31", "2026-12-31"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("9" * 41, "9" * 41),
        ("٣", "٣"),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(written: str, value: object) -> None:
    read = resolve(written)
    assert read == value
    assert type(read) is type(value)
