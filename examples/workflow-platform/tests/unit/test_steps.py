from typing import Any

import pytest
from common.steps import STEPS, FailTimes, Hash, Sleep, Template, default_steps
from pydantic import ValidationError

KINDS = [
    ({"kind": "sleep", "seconds": 0.5}, Sleep(kind="sleep", seconds=0.5)),
    ({"kind": "hash", "text": "a"}, Hash(kind="hash", text="a", rounds=1, retries=3)),
    (
        {"kind": "template", "template": "$a", "values": {"a": "b"}},
        Template(kind="template", template="$a", values={"a": "b"}),
    ),
    (
        {"kind": "fail_times", "times": 2, "retries": 0},
        FailTimes(kind="fail_times", times=2, retries=0),
    ),
]


@pytest.mark.parametrize(("plain", "step"), KINDS)
def test_each_kind_is_read(plain: dict[str, Any], step: object) -> None:
    assert STEPS.validate_python([plain]) == [step]


def test_what_is_stored_is_read_back() -> None:
    steps: list[Any] = [step for _, step in KINDS]
    assert STEPS.validate_python(STEPS.dump_python(steps, mode="json")) == steps


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "sleep", "seconds": 10.1},
        {"kind": "sleep", "seconds": -1},
        {"kind": "sleep", "seconds": float("nan")},
        {"kind": "sleep"},
        {"kind": "hash", "text": "a", "rounds": 0},
        {"kind": "hash", "text": "a", "rounds": 10_001},
        {"kind": "hash", "text": "a" * 10_001},
        {"kind": "hash", "text": "a\x00"},
        {"kind": "template", "template": "\x00"},
        {"kind": "template", "template": "", "values": {"a": "\x00"}},
        {"kind": "template", "template": "", "values": {str(n): "" for n in range(51)}},
        {"kind": "fail_times", "times": 21},
        {"kind": "fail_times", "times": 1, "retries": 6},
        {"kind": "hash", "text": "a", "seconds": 1},
        {"kind": "eval", "text": "1 + 1"},
        {"text": "a"},
    ],
)
def test_what_is_out_of_bounds_is_no_step(plain: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        STEPS.validate_python([plain])


@pytest.mark.parametrize("count", [0, 21])
def test_a_workflow_has_1_to_20_steps(count: int) -> None:
    with pytest.raises(ValidationError):
        STEPS.validate_python([{"kind": "hash", "text": "a"}] * count)


def test_lines_and_every_other_character_are_texts() -> None:
    text = "two\nlines\r\n\t\x01 \u2028 ü 😀"
    assert STEPS.validate_python([{"kind": "hash", "text": text}])[0].text == text  # type: ignore[union-attr]


def test_the_default_steps_are_valid() -> None:
    assert STEPS.validate_python(STEPS.dump_python(default_steps())) == default_steps()
