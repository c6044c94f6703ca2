import jsonschema
import pytest

from seatrial.system.schema import describe, json_schema, keys


def test_every_key_is_described_with_an_example() -> None:
    for key in keys():
        doc = describe(key)
        assert doc is not None, key
        assert doc.description.endswith("."), key
        assert len(doc.description) <= 100, key
        assert doc.example.startswith(key.rsplit(".", 1)[-1] + ": "), key
        assert len(doc.example) > len(key.rsplit(".", 1)[-1]) + 2, key
        assert doc.type, key
        assert doc.required == (doc.default is None), key


def test_keys_are_found_by_pattern_and_by_name() -> None:
    doc = describe("services.api.metrics.port")
    assert doc is not None
    assert doc == describe("services.*.metrics.port")
    assert doc.key == "services.*.metrics.port"
    assert doc.type == "text or whole number"
    assert doc.required
    assert describe("services.api.metrics.prt") is None
    assert describe("journeys.buy.steps.0.until.within") is not None
    assert describe("sections") is None
    assert describe("name") is None
    assert describe("") is None


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("services.*.grace", "10s"),
        ("slos.*.window", "30d"),
        ("targets", "{fault_to_page: 1m, acknowledge: 5m, rto: 4h, rpo: 15m}"),
        ("services.*.exposed", "false"),
        ("services.*.scale", "{min: 1, max: 1}"),
        ("regions", "{home: {home: true, outside: false}}"),
        ("services.*.health", "none"),
        ("include", "[]"),
    ],
)
def test_defaults_are_shown_as_the_file_would_write_them(key: str, default: str) -> None:
    doc = describe(key)
    assert doc is not None
    assert doc.default == default


def test_shorthands_are_in_the_json_schema() -> None:
    schema = json_schema(("alerting",))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    def file(**service: object) -> dict[str, object]:
        api = {"owner": "web", "image": "a"} | service
        return {"seatrial": 1, "system": "shop", "services": {"api": api}, "alerting": [1]}

    assert validator.is_valid(file(scale=2))
    assert validator.is_valid(file(scale={"min": 2}))
    assert validator.is_valid(file(environment={"A": 1, "B": {"secret": "b"}}))
    assert validator.is_valid(file(metrics={"port": 9113}))
    assert not validator.is_valid(file(scale=0))
    assert not validator.is_valid(file(grace=5))
    assert not validator.is_valid(file(environment={"A": {"from": "b"}}))
    assert not validator.is_valid(file() | {"seatrial": 2})
    assert not validator.is_valid(file() | {"billing": 1})
    assert "sections" not in schema["properties"]
