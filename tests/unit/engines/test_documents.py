import pytest
import yaml

from seatrial.engines.documents import seconds, to_yaml, to_yaml_stream


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0s"), (5, "5s"), (60, "1m"), (90, "90s"), (3600, "1h"), (5400, "90m"),
        (86400, "1d"), (30 * 86400, "30d"), (0.5, "500ms"), (1.25, "1250ms"), (10.0, "10s"),
    ],
)  # fmt: skip
def test_durations_are_written_as_the_engines_read_them(value: float, text: str) -> None:
    assert seconds(value) == text


def test_yaml_keeps_the_order_and_says_who_wrote_it() -> None:
    document = {"z": 1, "a": ["on", "no", "1e3", "é", "x: y", "# z", "", None], "m": {"k": True}}
    text = to_yaml(document, source="shop.yaml")
    assert text.startswith("# Written by seatrial from shop.yaml;")
    found = yaml.safe_load(text)
    assert found == document
    assert list(found) == ["z", "a", "m"]


def test_yaml_writes_a_shared_value_where_it_stands() -> None:
    shared = {"n": (1, 1.5, -0.0), "lines": "a\nb\n"}
    document = {"a": shared, "b": [shared, {}, []]}
    text = to_yaml(document)
    assert "&" not in text
    assert yaml.safe_load(text)["b"][0] == {"n": [1, 1.5, -0.0], "lines": "a\nb\n"}
    assert "  lines: |" in to_yaml_stream([document])
